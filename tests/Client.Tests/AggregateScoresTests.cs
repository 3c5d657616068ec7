using System.Diagnostics;
using System.Text.Json;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Client.Tests;

public sealed class AggregateScoresTests
{
    // rliable's formulas (rliable/metrics.py and rliable/library.py), in NumPy alone: SciPy's trim_mean and Mann-Whitney statistic are spelled out.
    private const string Reference = """
        import json, sys
        import numpy as np
        x, y, target = json.loads(sys.argv[1])
        x, y = np.array(x).T, np.array(y).T
        def trimmed(scores):
            flat = np.sort(scores, axis=None)
            cut = int(0.25 * flat.size)
            return flat[cut:flat.size - cut].mean()
        def improvement(a, b):
            wins = [(np.sign(a[:, None, t] - b[None, :, t]) + 1).mean() / 2 for t in range(a.shape[1])]
            return np.mean(wins)
        def interval(statistic, *tables):
            rng = np.random.RandomState(7)
            draw = lambda s: np.take_along_axis(s, rng.randint(s.shape[0], size=s.shape), axis=0)
            values = np.array([statistic(*[draw(s) for s in tables]) for _ in range(10000)])
            low, high = np.percentile(values, [2.5, 97.5])
            return [float(statistic(*tables)), float(low), float(high), float(values.std())]
        print(json.dumps([
            interval(lambda s: np.mean(np.mean(s, axis=0)), x),
            interval(lambda s: np.median(np.mean(s, axis=0)), x),
            interval(trimmed, x),
            interval(lambda s: target - np.mean(np.minimum(s, target)), x),
            interval(improvement, x, y),
        ]))
        """;

    [PythonFact("numpy", "apt-get install python3-numpy")]
    public void Statistics_and_stratified_intervals_are_those_of_rliable()
    {
        var random = new RandomStream(3);
        var (scores, others) = (Table(ref random, 60), Table(ref random, 55));

        var expected = JsonSerializer.Deserialize<double[][]>(Run(JsonSerializer.Serialize<object[]>([scores, others, 70.0])))!;

        Interval[] actual =
        [
            BootstrapInterval.Of(scores, AggregateScores.Mean),
            BootstrapInterval.Of(scores, AggregateScores.MedianOfTasks),
            BootstrapInterval.Of(scores, AggregateScores.InterquartileMean),
            BootstrapInterval.Of(scores, table => AggregateScores.OptimalityGap(table, 70)),
            BootstrapInterval.OfImprovement(scores, others),
        ];
        for (var i = 0; i < actual.Length; i++)
        {
            var (low, high, deviation) = (expected[i][1], expected[i][2], expected[i][3]);
            Assert.Equal(expected[i][0], actual[i].Estimate, 1e-9);

            // A quantile at 2.5 % of 10,000 draws scatters by 0.027 deviations where they are about normal; two of them, 4 times that.
            Assert.Equal(low, actual[i].Low, 0.15 * deviation);
            Assert.Equal(high, actual[i].High, 0.15 * deviation);
        }
    }

    [Fact]
    public void The_interquartile_mean_leaves_a_quarter_out_at_either_end()
    {
        Assert.Equal(5.5, AggregateScores.InterquartileMean([[-100, -50, 4, 5], [6, 7, 800, 900]]), 12);
        Assert.Equal(3.5, AggregateScores.InterquartileMean([[9, 3, 1, 2, 5, 4]]), 12);
        Assert.Equal(2, AggregateScores.InterquartileMean([[1, 3, 2]]), 12);
        Assert.Equal(7, AggregateScores.InterquartileMean([[7]]), 12);
    }

    [Fact]
    public void Tasks_weigh_alike_in_the_mean_whatever_the_number_of_their_runs()
    {
        double[][] scores = [[0, 0, 0, 0], [10]];
        Assert.Equal(5, AggregateScores.Mean(scores), 12);
        Assert.Equal(5, AggregateScores.MedianOfTasks(scores), 12);
        Assert.Equal(3, AggregateScores.OptimalityGap(scores, 6), 12);
    }

    [Fact]
    public void A_run_improves_on_another_with_the_share_of_pairs_that_it_wins()
    {
        Assert.Equal(1, AggregateScores.ProbabilityOfImprovement([[2, 3]], [[0, 1]]), 12);
        Assert.Equal(0.5, AggregateScores.ProbabilityOfImprovement([[2, 2]], [[2]]), 12);
        Assert.Equal(((3.5 / 4) + 0) / 2, AggregateScores.ProbabilityOfImprovement([[1, 4], [0]], [[1, 0], [1]]), 12);
    }

    private static double[][] Table(ref RandomStream random, double mean)
    {
        var scores = new double[3][];
        for (var task = 0; task < scores.Length; task++)
        {
            scores[task] = new double[8];
            for (var run = 0; run < scores[task].Length; run++)
            {
                scores[task][run] = mean + (8 * task) + (10 * random.NextNormal());
            }
        }

        return scores;
    }

    private static string Run(string json)
    {
        using var process = Process.Start(new ProcessStartInfo(PythonFactAttribute.Interpreter, ["-c", Reference, json]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
