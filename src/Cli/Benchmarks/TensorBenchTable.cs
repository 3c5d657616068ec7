using System.Collections.Immutable;
using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>The table of tensor figures as text, in Markdown so that it can go into a page as it is.</summary>
internal static class TensorBenchTable
{
    private static readonly string[] Titles = ["work", "threads", "ours", "spread", "PyTorch", "ratio", "at least", "aim", "verdict"];

    /// <summary>Writes rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <returns>The table's lines.</returns>
    public static IReadOnlyList<string> Lines(IEnumerable<TensorBenchRow> rows) => [.. new TextTable([.. Titles], [.. rows.Select(row => Cells(row).ToImmutableArray())]).Markdown()];

    private static string[] Cells(TensorBenchRow row)
    {
        var target = TensorBenchTarget.All.Single(target => target.Key == row.Work);
        var aim = row.Threads > 1 ? target.AimOnMore ?? target.Aim : target.Aim;
        return
        [
            row.Title,
            row.Threads.ToString(CultureInfo.InvariantCulture),
            Time(row.OurMedian, row),
            string.Create(CultureInfo.InvariantCulture, $"{100 * row.Spread:0.#} %"),
            row.TheirMedian is { } theirs ? Time(theirs, row) : "-",
            row.Ratio is { } ratio ? Factor(ratio) : "-",
            target.LeastMicroseconds is { } most ? Micros(most) : Factor(target.Least!.Value),
            target.AimMicroseconds is { } wanted ? Micros(wanted) : target.AimShareOfPeak is { } share ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} % of peak") : Factor(aim!.Value),
            Verdict(row),
        ];
    }

    private static string Verdict(TensorBenchRow row)
    {
        var verdict = row.Verdict() ?? "-";
        return row.ShareOfPeak is { } share ? string.Create(CultureInfo.InvariantCulture, $"{verdict}, {100 * share:0} % of peak") : verdict;
    }

    private static string Time(double seconds, TensorBenchRow row) => row.Operations > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{row.Operations / seconds / 1e9:0.0} GFLOP/s")
        : seconds < 1e-4 ? Micros(seconds * 1e6) : string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.00} ms");

    private static string Micros(double micros) => string.Create(CultureInfo.InvariantCulture, $"{micros:0.0} us");

    private static string Factor(double factor) => string.Create(CultureInfo.InvariantCulture, $"{factor:0.00}x");
}
