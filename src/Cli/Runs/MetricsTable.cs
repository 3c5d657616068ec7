using System.Collections.Immutable;
using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>The rows of <c>metrics.csv</c>: one report a row, one number a column, empty where there was none.</summary>
internal sealed class MetricsTable
{
    private readonly List<string> _columns;
    private readonly List<double[]> _rows = [];

    private MetricsTable(IEnumerable<string> columns)
    {
        _columns = [.. columns];
    }

    /// <summary>Gets the names of the columns, in their order.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>Gets the number of rows.</summary>
    public int RowCount => _rows.Count;

    /// <summary>Makes an empty table.</summary>
    /// <returns>A table with the columns that every run has.</returns>
    public static MetricsTable Create() => Create(RunReportColumns.Fixed.Select(column => column.Name));

    /// <summary>Makes an empty table.</summary>
    /// <param name="columns">The names of its first columns.</param>
    /// <returns>The table.</returns>
    public static MetricsTable Create(IEnumerable<string> columns) => new(columns);

    /// <summary>Reads a file back.</summary>
    /// <param name="path">A file that <see cref="Write"/> or <see cref="AppendTo"/> wrote.</param>
    /// <returns>Its table.</returns>
    /// <exception cref="FormatException">A row has another number of fields than the header, or a field is no number; the message names the line.</exception>
    public static MetricsTable Read(string path) => Parse(File.ReadAllLines(path), path);

    /// <summary>Reads a file back whose writer may have been killed in its last line, which is then left out.</summary>
    /// <param name="path">A file that <see cref="Write"/> or <see cref="AppendTo"/> wrote.</param>
    /// <returns>Its table.</returns>
    /// <exception cref="FormatException">A whole row has another number of fields than the header, or a field is no number; the message names the line.</exception>
    public static MetricsTable Recover(string path)
    {
        var text = File.ReadAllText(path);
        return Parse(text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries), path);
    }

    private static MetricsTable Parse(string[] lines, string path)
    {
        if (lines.Length == 0)
        {
            throw new FormatException($"{path}: expected a line of column names but the file is empty.");
        }

        var table = new MetricsTable(lines[0].Split(','));
        for (var i = 1; i < lines.Length; i++)
        {
            var fields = lines[i].Split(',');
            if (fields.Length != table.Columns.Count)
            {
                throw new FormatException($"{path}, line {i + 1}: expected {table.Columns.Count} fields but got {fields.Length}.");
            }

            table._rows.Add([.. fields.Select(field => Parse(field, path, i + 1))]);
        }

        return table;
    }

    /// <summary>Gets one column.</summary>
    /// <param name="name">The column's name.</param>
    /// <returns>One number a row, NaN where it is empty; all NaN where there is no such column.</returns>
    public double[] Column(string name)
    {
        var index = _columns.IndexOf(name);
        return [.. _rows.Select(row => index >= 0 && index < row.Length ? row[index] : double.NaN)];
    }

    /// <summary>Gets the last number of a column.</summary>
    /// <param name="name">The column's name.</param>
    /// <returns>The last number that is not empty, or NaN.</returns>
    public double Last(string name)
    {
        var column = Column(name);
        var index = Array.FindLastIndex(column, double.IsFinite);
        return index < 0 ? double.NaN : column[index];
    }

    /// <summary>Adds a report.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Whether it brought columns that were not there, so that the whole file must be written anew.</returns>
    public bool Add(RunReport report) => Add(RunReportColumns.Fixed.Select(column => KeyValuePair.Create(column.Name, column.Value(report))).Concat(report.LearnerMetrics));

    /// <summary>Adds a row.</summary>
    /// <param name="row">Its numbers by column.</param>
    /// <returns>Whether it brought columns that were not there, so that the whole file must be written anew.</returns>
    public bool Add(IEnumerable<KeyValuePair<string, double>> row)
    {
        var values = row.ToDictionary();
        var added = values.Keys.Where(name => !_columns.Contains(name)).ToImmutableArray();
        _columns.AddRange(added);
        _rows.Add([.. _columns.Select(name => values.GetValueOrDefault(name, double.NaN))]);
        return added.Length > 0;
    }

    /// <summary>Keeps some rows and drops the others.</summary>
    /// <param name="isKept">Says of a row's number whether it is kept.</param>
    public void Keep(Func<int, bool> isKept)
    {
        double[][] kept = [.. _rows.Where((_, row) => isKept(row))];
        _rows.Clear();
        _rows.AddRange(kept);
    }

    /// <summary>Writes the whole file.</summary>
    /// <param name="path">Where to.</param>
    public void Write(string path) => WholeFile.Replace(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(string.Join(',', _columns) + "\n");
        foreach (var row in _rows)
        {
            writer.Write(Line(row));
        }
    });

    /// <summary>Appends the last row to a file that holds the rows before it.</summary>
    /// <param name="path">The file.</param>
    public void AppendTo(string path) => File.AppendAllText(path, Line(_rows[^1]));

    private static double Parse(string field, string path, int line) =>
        field.Length == 0 ? double.NaN
        : double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : throw new FormatException($"{path}, line {line}: expected a number but got '{field}'.");

    private static string Field(double value) => value == Math.Floor(value) ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("G9", CultureInfo.InvariantCulture);

    private string Line(double[] row)
    {
        var fields = Enumerable.Range(0, _columns.Count).Select(i => i < row.Length && double.IsFinite(row[i]) ? Field(row[i]) : "");
        return string.Join(',', fields) + "\n";
    }
}
