using MemoryRL.Cli;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

/// <summary>What <c>memoryrl train</c> shows of a training while it goes on: lines, a table and events.</summary>
public sealed class TrainMetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PythonFact("struct", "reinstall python3")]
    public async Task Losses_planning_and_evaluations_are_in_the_table_and_in_tensorboards_events_alike()
    {
        var (seed, output) = await TrainAsync();

        var table = MetricsTable.Read(Path.Combine(seed, "metrics.csv"));
        var events = EventLog.Read(Directory.GetFiles(seed, "events.out.tfevents.*.memoryrl").Single());
        Assert.Equal(["elapsed_seconds", "updates"], table.Columns.Take(2));
        Assert.Empty(((string[])["losses/value_loss", "losses/actor_loss", "losses/effective_sample_share", "planning/share", "evaluation/return", "evaluation/success"]).Except(table.Columns));
        Assert.DoesNotContain("evaluation/score", table.Columns); // the task has no reference returns
        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.Equal(table.RowCount, events.Length - 1);
        for (var row = 0; row < table.RowCount; row++)
        {
            var logged = events[row + 1];
            Assert.Equal(table.Column("updates")[row], logged.Step);
            foreach (var (tag, value) in logged.Scalars)
            {
                Assert.Equal((float)table.Column(tag)[row], value, Math.Abs(value) * 1e-6f);
            }

            Assert.Equal(table.Columns.Skip(2).Where(name => double.IsFinite(table.Column(name)[row])).Order(StringComparer.Ordinal), logged.Scalars.Keys.Order(StringComparer.Ordinal));
        }

        Assert.Equal(events.Select(logged => logged.WallTime).Order(), events.Select(logged => logged.WallTime));
        Assert.Equal(table.Column("elapsed_seconds").Order(), table.Column("elapsed_seconds"));
        Assert.Contains("of 120 updates  loss", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_policy_that_is_evaluated_on_the_way_has_a_line_a_row_and_a_point_of_the_curve()
    {
        var (seed, output) = await TrainAsync();

        var result = RunResult.Load(Path.Combine(seed, RunResult.FileName));
        var table = MetricsTable.Read(Path.Combine(seed, "metrics.csv"));
        var evaluated = Enumerable.Range(0, table.RowCount).Where(row => double.IsFinite(table.Column("evaluation/return")[row])).ToList();
        Assert.Equal([40, 80, 120], result.Curve.Select(point => point.At));
        Assert.Equal([40.0, 80, 120], evaluated.Select(row => table.Column("updates")[row]));
        Assert.All(result.Curve.Zip(evaluated), pair =>
        {
            Assert.Equal(pair.First.Return, table.Column("evaluation/return")[pair.Second], 1e-6);
            Assert.Equal(pair.First.Success!.Value, table.Column("evaluation/success")[pair.Second], 1e-6);
            Assert.Contains($"{pair.First.At} of 120 updates  return {pair.First.Return:#,0.0}  success {ReportText.Percent(pair.First.Success.Value)} over 2 episodes", output, StringComparison.Ordinal);
        });
    }

    [PythonFact("struct", "reinstall python3")]
    public void A_metric_that_cannot_be_said_stands_in_neither()
    {
        using (var metrics = new OfflineMetrics(_folder.Path, state: null))
        {
            metrics.Add(10, [new("losses/a", 1), new("losses/b", double.NaN)]);
            metrics.Add(20, [new("losses/b", double.NaN)]);
            metrics.Add(30, [new("losses/a", 1.5), new("losses/b", 2)]);
        }

        var table = MetricsTable.Read(Path.Combine(_folder.Path, "metrics.csv"));
        Assert.Equal([10.0, 30], table.Column("updates"));
        Assert.Equal([double.NaN, 2], table.Column("losses/b"));
        var events = EventLog.Read(Directory.GetFiles(_folder.Path, "events.*").Single());
        Assert.Equal([(10L, "losses/a"), (30L, "losses/a losses/b")], events.Skip(1).Select(logged => (logged.Step, string.Join(' ', logged.Scalars.Keys.Order(StringComparer.Ordinal)))));
    }

    [Fact]
    public async Task Values_are_kept_at_every_evaluation_and_between_the_first_ones()
    {
        var (seed, _) = await TrainAsync(updates: 240);

        // An evaluation is 80 updates, or 4 feedings, away from the next.
        Assert.Equal([20, 40, 80, 160, 240], ValueBundleFile.OnTheWay(seed).Select(bundle => bundle.Updates));
        Assert.Equal([80, 160, 240], RunResult.Load(Path.Combine(seed, RunResult.FileName)).Curve.Select(point => point.At));
    }

    private async Task<(string Seed, string Output)> TrainAsync(int updates = 120)
    {
        var data = RandomEpisodes.Write(Path.Combine(_folder.Path, "mountain-car-continuous.safetensors"), "mountain-car-continuous", count: 3, seed: 1);
        string[] options = ["--option", "batch-size=16", "--option", "value-hidden-sizes=16", "--option", "actor-hidden-sizes=16", "--option", "refresh-period=20", "--option", "schedule=interleaved"];
        var (exitCode, output, errors) = await InProcessCli.RunAsync(
            ["train", "vem", "--dataset", data, "--updates", $"{updates}", "--evaluations", "3", "--evaluation-episodes", "2", "--final-episodes", "2", "--threads", "1", "--out", Path.Combine(_folder.Path, "runs"), .. options]);
        Assert.True(exitCode == 0, errors);
        return (Directory.GetDirectories(Directory.GetDirectories(Path.Combine(_folder.Path, "runs")).Single()).Single(), output);
    }
}
