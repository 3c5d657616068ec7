using System.Text.Json;
using System.Text.Json.Serialization;

namespace MemoryRL.Cli;

/// <summary>A line of a ledger: a finished cell, with all that a suite's page shows of it.</summary>
/// <param name="Name">The cell's name.</param>
/// <param name="Run">What the run took.</param>
/// <param name="Result">What it came to.</param>
/// <param name="Values">What its value functions say; null if the page shows nothing of them.</param>
internal sealed record LedgerLine(string Name, SuiteCellRecord Run, RunResult Result, ValueReading? Values);

/// <summary>The numbers of a suite's finished cells in one file, a line of JSON each, by name: small enough to be kept with the page that is made of them, where the folders of the runs are not.</summary>
internal sealed class SuiteLedger
{
    private const string Key = "--ledger";

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<string, LedgerLine> _lines;

    private SuiteLedger(string path, Dictionary<string, LedgerLine> lines) => (FilePath, _lines) = (path, lines);

    /// <summary>Gets the file, as it was given.</summary>
    public string FilePath { get; }

    /// <summary>Opens a ledger, and makes its folder.</summary>
    /// <param name="path">The file; a ledger that is not there is empty.</param>
    /// <returns>The ledger.</returns>
    /// <exception cref="UsageException">The path is no file's, or a line is damaged or stands twice.</exception>
    public static SuiteLedger Open(string path)
    {
        UsageException.ThrowUnless(!string.IsNullOrWhiteSpace(path) && !Directory.Exists(path), Key, "a file", path);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return new SuiteLedger(path, Read(path));
    }

    /// <summary>Finds a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>Its line; null where it has none.</returns>
    /// <exception cref="UsageException">It has one, but with other settings.</exception>
    public LedgerLine? Find(SuiteCell cell)
    {
        if (!_lines.TryGetValue(cell.Name, out var line))
        {
            return null;
        }

        line.Run.RequireOf(cell, Key, $"'{FilePath}', line of '{cell.Name}'");
        return line;
    }

    /// <summary>Writes finished cells that did not come from it into the file, whole or not at all. All other lines stay, those too that another process has written meanwhile.</summary>
    /// <param name="finished">The cells.</param>
    /// <returns>The names of those whose lines told of another run.</returns>
    /// <exception cref="UsageException">Another process keeps the file, or has damaged it.</exception>
    public IReadOnlyList<string> Save(IEnumerable<FinishedCell> finished)
    {
        FinishedCell[] fresh = [.. finished.Where(cell => !ReferenceEquals(_lines.GetValueOrDefault(cell.Cell.Name)?.Result, cell.Result))];
        if (fresh.Length == 0)
        {
            return [];
        }

        using var held = Hold();
        var lines = Read(FilePath);
        string[] replaced = [.. fresh.Where(cell => lines.TryGetValue(cell.Cell.Name, out var line) && !line.Run.IsOfSameRun(cell.Record)).Select(cell => cell.Cell.Name)];
        foreach (var cell in fresh)
        {
            _lines[cell.Cell.Name] = lines[cell.Cell.Name] = new LedgerLine(cell.Cell.Name, cell.Record, cell.Result, cell.Values);
        }

        WholeFile.Replace(FilePath, string.Concat(lines.Values.OrderBy(line => line.Name, StringComparer.Ordinal).Select(line => JsonSerializer.Serialize(line, LedgerJsonContext.Default.LedgerLine) + "\n")));
        return replaced;
    }

    private static Dictionary<string, LedgerLine> Read(string path)
    {
        var lines = new Dictionary<string, LedgerLine>(StringComparer.Ordinal);
        foreach (var (number, text) in (File.Exists(path) ? File.ReadAllLines(path) : []).Index())
        {
            var line = Parse(text, $"'{path}', line {number + 1}");
            UsageException.ThrowUnless(lines.TryAdd(line.Name, line), Key, $"a line for each run in '{path}'", $"{line.Name} again in line {number + 1}");
        }

        return lines;
    }

    private static LedgerLine Parse(string text, string place)
    {
        try
        {
            var line = JsonSerializer.Deserialize(text, LedgerJsonContext.Default.LedgerLine);
            var isFinished = line is { Result: { IsComplete: true, Final: not null, Curve.IsDefault: false }, Run.Arguments.IsDefault: false } && line.Result.Curve.All(point => point is not null);
            return isFinished ? line! : throw new JsonException("no finished run");
        }
        catch (JsonException error)
        {
            throw new UsageException($"{Key}: expected a finished run in {place} but got what is none: {error.Message}");
        }
    }

    // Others hold it for as long as a file takes to be written.
    private RunLock Hold()
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (RunLock.TryTake(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(FilePath))!, $".{Path.GetFileName(FilePath)}.lock")) is { } held)
            {
                return held;
            }

            UsageException.ThrowUnless(TimeProvider.System.GetElapsedTime(startedAt) < LockPatience, Key, "a file that no other process keeps", FilePath);
            Thread.Sleep(LookPeriod);
        }
    }
}

/// <summary>Source-generated JSON of ledgers: what a line must have is there, and nothing else is.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LedgerLine))]
internal sealed partial class LedgerJsonContext : JsonSerializerContext;
