using System.Globalization;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Environments;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.DependencyInjection;

namespace MemoryRL.Cli;

/// <summary>Brings data into a memory of this process, and trains one cloner after another beside them.</summary>
/// <param name="parameters">What it was started with; the seed is the first one.</param>
/// <param name="seeds">How many seeds are trained.</param>
/// <param name="parent">The folder of all runs.</param>
/// <param name="terminal">Where to write.</param>
/// <param name="isVerbose">Whether the host's log is shown.</param>
internal sealed class CloneRun(CloneParameters parameters, int seeds, string parent, Terminal terminal, bool isVerbose)
{
    private const string MemoryName = "data";

    /// <summary>Runs it.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var task = EnvironmentRegistry.Find(parameters.Task);
        var data = new CloneData(parameters.Dataset, task.Spec);
        var selection = TopEpisodes.Select(data.Read(), parameters.Top);
        var described = parameters with { Data = selection.All, Cloned = selection.Selected };
        var name = string.Create(CultureInfo.InvariantCulture, $"{parameters.Task}__{parameters.Algorithm}{(parameters.Top < 1 ? $"-top{100 * parameters.Top:0.###}" : "")}");
        var folder = TrainingFiles.Create(parent, name, parameters.StartedAt);
        terminal.WriteLine($"{parameters.Method} on {parameters.Task}, {parameters.Updates:#,0} updates, {seeds} seeds; folder {folder}");
        Describe(selection);
        using var host = RunHost.Create(cluster: null, isVerbose, new Dictionary<string, string?>
        {
            ["MemoryRL:PolicyVersionsKept"] = (parameters.Evaluations + 2).ToString(CultureInfo.InvariantCulture),
        });
        await host.StartAsync(CancellationToken.None);
        try
        {
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            await ImportAsync(grains, data, selection, cancellationToken);
            var finals = new List<double>();
            for (var i = 0; i < seeds; i++)
            {
                var own = described with { Seed = parameters.Seed + i };
                finals.Add(await new CloneSeed(own, task, Path.Combine(folder, $"seed-{own.Seed}"), grains, terminal).RunAsync(MemoryName, cancellationToken));
            }

            Conclude(finals, selection.Selected, folder);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }

        return ExitCode.Done;
    }

    private static MemorySpec CreateSpec(CloneData data, EpisodeTotals cloned) => new(data.Spec)
    {
        CapacitySteps = checked((int)cloned.Steps),
        CapacityBytes = Math.Max(1L << 30, 4 * cloned.Steps * data.Spec.StepBytes),
        MaxEpisodeSteps = cloned.LongestSteps,
    };

    private async Task ImportAsync(IGrainFactory grains, CloneData data, EpisodeSelection selection, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var memory = await new MemoryClient(grains).CreateMemoryAsync(MemoryName, CreateSpec(data, selection.Selected), cancellationToken);
        var options = new EpisodeWriterOptions();
        await using var writer = new EpisodeWriter(memory, options with { CreditSteps = Math.Max(options.CreditSteps, 2L * selection.Selected.LongestSteps) });
        foreach (var episode in selection.Of(data.Read()))
        {
            await writer.WriteAsync("import", episode, cancellationToken);
        }

        var report = await writer.CompleteAsync(cancellationToken);
        var stored = (await memory.GetStatisticsAsync(cancellationToken)).Steps;
        if (report.Unacknowledged.Length > 0 || stored != selection.Selected.Steps)
        {
            throw new InvalidDataException($"Expected the memory to hold {selection.Selected.Steps:#,0} steps but it holds {stored:#,0}: are there two episodes of one id in {parameters.Dataset}?");
        }

        terminal.WriteLine($"imported into memory in {ReportText.Duration(TimeProvider.System.GetElapsedTime(started).TotalSeconds)}");
    }

    private void Describe(EpisodeSelection selection)
    {
        var (all, cloned) = (selection.All, selection.Selected);
        terminal.WriteLine($"data: {all.Episodes:#,0} episodes, {all.Steps:#,0} steps, mean return {all.MeanReturn:#,0.0}");
        if (cloned.Episodes < all.Episodes)
        {
            terminal.WriteLine($"cloned: {cloned.Episodes:#,0} episodes, {cloned.Steps:#,0} steps, mean return {cloned.MeanReturn:#,0.0}");
        }
    }

    private void Conclude(List<double> finals, EpisodeTotals cloned, string folder)
    {
        var interval = Interval.OfMean(finals.ToArray());
        var bounds = finals.Count > 1 ? $" [{interval.Low:#,0.0}, {interval.High:#,0.0}]" : "";
        terminal.WriteLine($"last policies of {finals.Count} seeds: mean return {interval.Estimate:#,0.0}{bounds} (95 % by Student), {ReportText.Percent(interval.Estimate / cloned.MeanReturn)} of the cloned data's; folder {folder}");
    }
}
