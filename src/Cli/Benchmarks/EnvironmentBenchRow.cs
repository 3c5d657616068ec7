using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>What was measured of one task on so many threads. Speeds are steps a second of all threads together, one for each round.</summary>
/// <param name="Task">The task, or what was done with it.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Speeds">The environment's, or the collector's.</param>
/// <param name="References">What it is beside, in the same rounds: the engine alone, or for collection the environment alone; empty where there is nothing.</param>
internal sealed record EnvironmentBenchRow(string Task, int Threads, IReadOnlyList<double> Speeds, IReadOnlyList<double> References)
{
    /// <summary>Gets the table's titles.</summary>
    public static string[] Titles { get; } = ["task", "threads", "steps/s", "spread", "reference steps/s", "share of it"];

    /// <summary>Gets the median speed.</summary>
    public double Speed => Quantiles.Median(Speeds);

    /// <summary>Gets the median over the rounds of the speed as a share of the reference's, or null.</summary>
    public double? Share => References.Count == 0 ? null : Quantiles.Median(Speeds.Zip(References, static (speed, reference) => speed / reference));

    /// <summary>Gets the row's cells.</summary>
    public string[] Cells =>
    [
        Task,
        Threads.ToString(CultureInfo.InvariantCulture),
        Count(Speed),
        string.Create(CultureInfo.InvariantCulture, $"{100 * (Speeds.Max() - Speeds.Min()) / 2 / Speed:0.#} %"),
        References.Count == 0 ? "-" : Count(Quantiles.Median(References)),
        Share is { } share ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %") : "-",
    ];

    private static string Count(double speed) => speed.ToString("#,0", CultureInfo.InvariantCulture);
}
