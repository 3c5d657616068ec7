using System.Collections.Immutable;
using System.Text.Json;

namespace MemoryRL.Cli;

/// <summary>Published means and deviations of the observations in D4RL's version 2 data sets, to hold re-generated ones against.</summary>
/// <param name="Name">D4RL's name of the data set.</param>
/// <param name="Means">The means, <c>[width]</c>.</param>
/// <param name="Deviations">The standard deviations, <c>[width]</c>.</param>
internal sealed record PublishedStatistics(string Name, ImmutableArray<double> Means, ImmutableArray<double> Deviations)
{
    private const string Resource = "d4rl_v2_state_stats.json";

    private static readonly Lazy<ImmutableDictionary<string, PublishedStatistics>> All = new(Read);

    /// <summary>Finds the data set that a re-generated one is in the manner of.</summary>
    /// <param name="name">Our name, such as <c>hopper-medium</c>.</param>
    /// <returns>D4RL's statistics, or null where none are known.</returns>
    public static PublishedStatistics? Find(string name) => All.Value.GetValueOrDefault($"{name.Replace("half-cheetah", "halfcheetah", StringComparison.Ordinal)}-v2");

    /// <summary>Says how far statistics are from these.</summary>
    /// <param name="statistics">The statistics, of observations of the same width.</param>
    /// <returns>The mean and the largest distance of the means in published deviations, and the smallest and the largest ratio of the deviations.</returns>
    public (double MeanShift, double MaxShift, double MinRatio, double MaxRatio) Compare(StateStatistics statistics)
    {
        var shifts = statistics.Means.Select((mean, i) => Math.Abs(mean - Means[i]) / Deviations[i]).ToList();
        var ratios = statistics.Deviations.Select((deviation, i) => deviation / Deviations[i]).ToList();
        return (shifts.Average(), shifts.Max(), ratios.Min(), ratios.Max());
    }

    private static ImmutableDictionary<string, PublishedStatistics> Read()
    {
        using var stream = typeof(PublishedStatistics).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"Expected the build to embed {Resource}.");
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.GetProperty("stats").EnumerateObject().Select(entry => new PublishedStatistics(entry.Name, Numbers(entry.Value, "obs_mean"), Numbers(entry.Value, "obs_std")))
            .ToImmutableDictionary(statistics => statistics.Name, StringComparer.Ordinal);
    }

    private static ImmutableArray<double> Numbers(JsonElement entry, string name) => [.. entry.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
}
