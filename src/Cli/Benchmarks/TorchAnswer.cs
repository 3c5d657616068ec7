using System.Text.Json;

namespace MemoryRL.Cli;

/// <summary>Reads the lines with which PyTorch's process answers.</summary>
internal static class TorchAnswer
{
    private const int ShownLetters = 100;

    /// <summary>Reads an answer to "hello".</summary>
    /// <param name="line">The answer.</param>
    /// <returns>Who it is.</returns>
    /// <exception cref="InvalidDataException">It isn't such an answer.</exception>
    public static TorchIdentity Identity(string line) => Read(line, "who it is: torch, threads, blas and config", TorchIdentity.Parse);

    /// <summary>Reads an answer to "check".</summary>
    /// <param name="line">The answer.</param>
    /// <param name="count">How many values were asked for at least.</param>
    /// <returns>The values.</returns>
    /// <exception cref="InvalidDataException">It isn't such an answer.</exception>
    public static IReadOnlyList<double> Values(string line, int count)
    {
        var values = Read(line, "values", static answer => answer.GetProperty("values").EnumerateArray().Select(static value => value.GetDouble()).ToList());
        return values.Count >= count ? values : throw Unexpected(line, $"{count} values");
    }

    /// <summary>Reads an answer to "time".</summary>
    /// <param name="line">The answer.</param>
    /// <returns>The seconds.</returns>
    /// <exception cref="InvalidDataException">It isn't such an answer.</exception>
    public static double Seconds(string line)
    {
        var seconds = Read(line, "seconds", static answer => answer.GetProperty("seconds").GetDouble());
        return seconds > 0 && double.IsFinite(seconds) ? seconds : throw Unexpected(line, "seconds above 0");
    }

    private static T Read<T>(string line, string expected, Func<JsonElement, T> read)
    {
        try
        {
            using var answer = JsonDocument.Parse(line);
            return read(answer.RootElement);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Unexpected(line, expected);
        }
    }

    private static InvalidDataException Unexpected(string line, string expected) =>
        new($"PyTorch's process: expected {expected} but got '{(line.Length > ShownLetters ? $"{line[..ShownLetters]}..." : line)}'.");
}
