using System.Collections.Immutable;

namespace MemoryRL.Cli;

/// <summary>A table of text, to be written for people, for a page in Markdown, or for programs as CSV.</summary>
/// <param name="Titles">The columns' titles.</param>
/// <param name="Rows">The rows, with one cell for each column.</param>
internal sealed record TextTable(ImmutableArray<string> Titles, IReadOnlyList<ImmutableArray<string>> Rows)
{
    /// <summary>Writes the table with aligned columns.</summary>
    /// <returns>The lines.</returns>
    public IEnumerable<string> Plain()
    {
        var widths = Widths();
        return All().Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>Writes the table in Markdown, with aligned columns.</summary>
    /// <returns>The lines.</returns>
    public IEnumerable<string> Markdown()
    {
        var widths = Widths();
        var lines = All().Select(row => $"| {string.Join(" | ", row.Select((cell, column) => cell.Replace("|", "\\|").PadRight(widths[column])))} |").ToList();
        lines.Insert(1, $"|{string.Join("|", widths.Select(static width => new string('-', width + 2)))}|");
        return lines;
    }

    /// <summary>Writes the table as CSV (RFC 4180).</summary>
    /// <returns>The lines.</returns>
    public IEnumerable<string> Csv() => All().Select(row => string.Join(',', row.Select(Quote)));

    private static string Quote(string cell) => cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell;

    private IEnumerable<ImmutableArray<string>> All() => [Titles, .. Rows];

    private int[] Widths() => [.. Enumerable.Range(0, Titles.Length).Select(column => All().Max(row => row[column].Length))];
}
