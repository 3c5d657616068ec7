using System.Runtime.InteropServices;
using MemoryRL.Cli;
using MemoryRL.Core;

namespace MemoryRL.Programs.Tests;

public sealed class DatasetStatisticsTests
{
    private static readonly ExperienceSpec Spec = new(new BoxSpace(2), new BoxSpace(1, -1, 1));

    [Fact]
    public void Means_and_deviations_are_those_of_the_steps_observations_without_the_last_one()
    {
        var random = new RandomStream(3);
        var statistics = new StateStatistics(2);
        var rows = new List<(double First, double Second)>();
        for (var episode = 0; episode < 20; episode++)
        {
            var length = 1 + random.NextInt32(30);
            var observations = new float[2 * (length + 1)];
            for (var step = 0; step <= length; step++)
            {
                // A mean that is large beside the deviation, where sums of squares lose their digits.
                (observations[2 * step], observations[(2 * step) + 1]) = ((float)(10_000 + (0.5 * random.NextNormal())), (float)random.NextNormal());
                if (step < length)
                {
                    rows.Add((observations[2 * step], observations[(2 * step) + 1]));
                }
            }

            statistics.Add(Episode.Create(Spec, Guid.NewGuid(), EpisodeEnd.Truncated, MemoryMarshal.AsBytes<float>(observations), new byte[4 * length], new float[length]));
        }

        Assert.Equal(rows.Count, statistics.Count);
        Assert.Equal(rows.Average(row => row.First), statistics.Means[0], 1e-8);
        Assert.Equal(rows.Average(row => row.Second), statistics.Means[1], 1e-12);
        Assert.Equal(Deviation(rows.Select(row => row.First).ToList()), statistics.Deviations[0], 1e-8);
        Assert.Equal(Deviation(rows.Select(row => row.Second).ToList()), statistics.Deviations[1], 1e-12);
    }

    [Fact]
    public void The_published_statistics_are_those_of_the_tasks_in_their_own_widths()
    {
        Assert.Equal((11, 11), (PublishedStatistics.Find("hopper-medium-replay")!.Means.Length, PublishedStatistics.Find("hopper-expert")!.Deviations.Length));
        Assert.Equal(17, PublishedStatistics.Find("half-cheetah-medium")!.Means.Length);
        Assert.Null(PublishedStatistics.Find("maze2d-umaze"));
    }

    [Fact]
    public void A_comparison_counts_in_published_deviations()
    {
        var statistics = new StateStatistics(2);
        float[] observations = [1, 5, 3, 9, 0, 0];
        statistics.Add(Episode.Create(Spec, Guid.NewGuid(), EpisodeEnd.Truncated, MemoryMarshal.AsBytes<float>(observations), new byte[8], new float[2]));

        // Means 2 and 7, deviations 1 and 2.
        var (mean, max, minRatio, maxRatio) = new PublishedStatistics("two", [1, 7], [0.5, 4]).Compare(statistics);

        Assert.Equal((1, 2, 0.5, 2), (mean, max, minRatio, maxRatio));
    }

    private static double Deviation(List<double> values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
