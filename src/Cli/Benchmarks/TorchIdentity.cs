using System.Text.Json;

namespace MemoryRL.Cli;

/// <summary>What a PyTorch process says of itself.</summary>
/// <param name="Version">PyTorch's version.</param>
/// <param name="Threads">Threads that one operation may use.</param>
/// <param name="Libraries">The paths of the loaded libraries that hold BLAS's routines.</param>
/// <param name="HasMkl">Whether PyTorch was built with Intel's MKL inside.</param>
internal sealed record TorchIdentity(string Version, int Threads, IReadOnlyList<string> Libraries, bool HasMkl)
{
    private static readonly string[] Fast = ["openblas", "mkl", "blis", "atlas"];

    /// <summary>Gets the name of the BLAS that computes its products.</summary>
    public string Blas => FastLibrary is { } path ? Path.GetFileName(path) : HasMkl ? "MKL" : Libraries.Count > 0 ? $"reference BLAS ({Libraries[0]})" : "an unknown BLAS";

    /// <summary>Gets whether its products are worth comparing with: reference BLAS is ten to twenty times slower than what users have.</summary>
    public bool IsComparable => FastLibrary is not null || HasMkl;

    // Debian's OpenBLAS is found by its folder: the file itself is called libblas.so.3.
    private string? FastLibrary => Libraries
        .Where(static path => Fast.Any(name => path.Contains(name, StringComparison.OrdinalIgnoreCase)))
        .MaxBy(static path => Fast.Any(name => Path.GetFileName(path).Contains(name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Reads the answer to "hello".</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>What it says.</returns>
    public static TorchIdentity Parse(JsonElement answer) => new(
        answer.GetProperty("torch").GetString()!,
        answer.GetProperty("threads").GetInt32(),
        [.. answer.GetProperty("blas").EnumerateArray().Select(static path => path.GetString()!)],
        answer.GetProperty("config").GetString()!.Contains("BLAS_INFO=mkl", StringComparison.Ordinal));
}
