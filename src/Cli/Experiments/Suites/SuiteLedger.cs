using System.Text.Json;
using System.Text.Json.Serialization;

namespace MemoryRL.Cli;

/// <summary>A line of a ledger: a finished cell, with all that a suite's page shows of it.</summary>
/// <param name="Name">The cell's name.</param>
/// <param name="Run">What the run took.</param>
/// <param name="Result">What it came to.</param>
/// <param name="Values">What its value functions say; null where nobody looks.</param>
internal sealed record LedgerLine(string Name, SuiteCellRecord Run, RunResult Result, ValueReading? Values);

/// <summary>The numbers of a suite's finished cells in one file, a line of JSON each, by name: small enough to be kept with the page that is made of them, where the folders of the runs are not.</summary>
internal sealed class SuiteLedger
{
    private const string Key = "--ledger";

    private readonly string _path;
    private readonly Dictionary<string, LedgerLine> _lines;

    private SuiteLedger(string path, Dictionary<string, LedgerLine> lines) => (_path, _lines) = (path, lines);

    /// <summary>Opens a ledger.</summary>
    /// <param name="path">The file; a ledger that is not there is empty.</param>
    /// <returns>The ledger.</returns>
    /// <exception cref="UsageException">A line is damaged, or stands twice.</exception>
    public static SuiteLedger Open(string path)
    {
        var lines = new Dictionary<string, LedgerLine>(StringComparer.Ordinal);
        foreach (var (number, text) in (File.Exists(path) ? File.ReadAllLines(path) : []).Index())
        {
            var line = Parse(text, $"'{path}', line {number + 1}");
            UsageException.ThrowUnless(lines.TryAdd(line.Name, line), Key, $"a line for each run in '{path}'", $"{line.Name} again in line {number + 1}");
        }

        return new SuiteLedger(path, lines);
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

        line.Run.RequireOf(cell, Key, _path);
        return line;
    }

    /// <summary>Writes finished cells into the file, whole or not at all. Lines of other cells stay.</summary>
    /// <param name="finished">The cells.</param>
    public void Save(IEnumerable<FinishedCell> finished)
    {
        foreach (var cell in finished)
        {
            _lines[cell.Cell.Name] = new LedgerLine(cell.Cell.Name, cell.Record, cell.Result, cell.Values);
        }

        _ = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        WholeFile.Replace(_path, string.Concat(_lines.Values.OrderBy(line => line.Name, StringComparer.Ordinal).Select(line => JsonSerializer.Serialize(line, LedgerJsonContext.Default.LedgerLine) + "\n")));
    }

    private static LedgerLine Parse(string text, string place)
    {
        try
        {
            var line = JsonSerializer.Deserialize(text, LedgerJsonContext.Default.LedgerLine);
            return line is { Result: { IsComplete: true, Final: not null, Curve.IsDefault: false }, Run.Arguments.IsDefault: false } ? line : throw new JsonException("no finished run");
        }
        catch (JsonException error)
        {
            throw new UsageException($"{Key}: expected a finished run in {place} but got what is none: {error.Message}");
        }
    }
}

/// <summary>Source-generated JSON of ledgers: a line each, in which nothing may be left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LedgerLine))]
internal sealed partial class LedgerJsonContext : JsonSerializerContext;
