using System.Globalization;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Environments;
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
        using var data = CloneData.Open(parameters.Dataset, task.Spec);
        var selection = await Task.Run(() => TopEpisodes.Select(data.ReadEpisodes(), parameters.Top), cancellationToken);
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
            await ImportAsync(grains, selection.Over(data), task.Spec, cancellationToken);
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

    private async Task ImportAsync(IGrainFactory grains, IEpisodeSource source, EnvironmentSpec task, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var spec = ImportMemory.CreateSpec(source, shards: null, new ReturnThresholdRule(task.SuccessReturn), Durability.None);
        var memory = await new MemoryClient(grains).CreateMemoryAsync(MemoryName, spec, cancellationToken);
        var imported = await EpisodeImport.RunAsync(memory, source, cancellationToken: cancellationToken);
        if (imported.Duplicates > 0)
        {
            throw new InvalidDataException($"{parameters.Dataset}: expected every episode once but got {imported.Duplicates:#,0} a second time.");
        }

        terminal.WriteLine($"imported {imported.Steps:#,0} steps into memory in {ReportText.Duration(TimeProvider.System.GetElapsedTime(started).TotalSeconds)}");
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
