using System.Collections.Immutable;
using System.Globalization;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Environments;
using Microsoft.Extensions.DependencyInjection;

namespace MemoryRL.Cli;

/// <summary>Brings data into a memory of this process, and trains one learner for each seed beside them.</summary>
/// <param name="parameters">What it was started with; the seed is the first one, and the data are described where the run goes on.</param>
/// <param name="options">The learner's options.</param>
/// <param name="terminal">Where to write.</param>
/// <param name="isVerbose">Whether the host's log is shown.</param>
internal sealed class OfflineRun(OfflineParameters parameters, OfflineOptions options, Terminal terminal, bool isVerbose)
{
    private const string MemoryName = "data";

    /// <summary>Gets how many seeds are trained at once.</summary>
    public required int Parallelism { get; init; }

    /// <summary>Gets the folder of all runs, in which one is made for a new run.</summary>
    public required string Parent { get; init; }

    /// <summary>Gets the folder of the run that is gone on with; null for a new run.</summary>
    public string? Resumed { get; init; }

    /// <summary>Runs it.</summary>
    /// <param name="cancellationToken">Stops it in order.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">A run that is gone on with is under way in another process, or its data are others now.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{parameters.Task}__{parameters.Algorithm}{(parameters.Top < 1 ? $"-top{100 * parameters.Top:0.###}" : "")}");
        var folder = Resumed ?? TrainingFiles.Create(Parent, name, parameters.StartedAt);

        // Held while the data are read too, which takes a while: another process is to see from the start that this one is here.
        using var held = RunLock.TakeFolder(Resumed is null ? "--out" : "--resume", folder);
        try
        {
            return await RunAsync(folder, cancellationToken);
        }
        catch (Exception) when (Resumed is null && !File.Exists(Path.Combine(folder, TrainingFiles.Parameters)))
        {
            // Nothing was begun in it.
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private async Task<int> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var task = EnvironmentRegistry.Find(parameters.Task);
        using var data = OfflineData.Open(parameters.Dataset, task.Spec);
        NoteOtherTask(data);
        var selection = await Task.Run(() => TopEpisodes.Select(data.ReadEpisodes(), parameters.Top), cancellationToken);
        var described = parameters with { Data = selection.All, DataFingerprint = selection.Fingerprint, Selected = selection.Selected, LearnerOptions = options.Fill(parameters.Updates, selection.Selected) };
        if (Resumed is not null)
        {
            CheckData(described);
        }

        described.Save(folder);
        terminal.WriteLine($"{parameters.Method} on {parameters.Task}, {parameters.Updates:#,0} updates, {parameters.Seeds} seeds; folder {folder}");
        Describe(selection, described.LearnerOptions);
        try
        {
            Conclude(await TrainAsync(described, task, selection.Over(data), folder, cancellationToken), selection.Selected, folder);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            terminal.WriteLine($"Stopped. Go on with: memoryrl train {parameters.Algorithm} --resume {folder}");
        }

        return ExitCode.Done;
    }

    // It may be meant, and does not show in the figures: the mazes of one body have the same spaces.
    private void NoteOtherTask(IEpisodeSource data)
    {
        if (OfflineData.TaskSaidBy(data) is { } said && said != parameters.Task)
        {
            terminal.WriteError($"note: the data set says that it is of {said}, and its policies are judged in {parameters.Task}.");
        }
    }

    private async Task<double[]> TrainAsync(OfflineParameters described, EnvironmentEntry task, IEpisodeSource source, string folder, CancellationToken cancellationToken)
    {
        using var host = RunHost.Create(cluster: null, isVerbose, new Dictionary<string, string?>
        {
            ["MemoryRL:PolicyVersionsKept"] = new OfflineSchedule(parameters.Updates, parameters.Evaluations, described.LearnerOptions).VersionsKept.ToString(CultureInfo.InvariantCulture),
        });
        await host.StartAsync(CancellationToken.None);
        try
        {
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            await ImportAsync(grains, source, task.Spec, cancellationToken);
            var finals = new double[parameters.Seeds];
            var lines = terminal with { Out = TextWriter.Synchronized(terminal.Out) };
            await Parallel.ForAsync(0, parameters.Seeds, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (i, stop) =>
            {
                var own = described with { Seed = parameters.Seed + i, Seeds = 1 };
                finals[i] = await new OfflineSeed(own, task, Path.Combine(folder, $"seed-{own.Seed}"), grains, lines).RunAsync(MemoryName, stop);
            });
            return finals;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    // The learner's copy goes on beside the same data alone.
    private void CheckData(OfflineParameters described)
    {
        var isSame = described.DataFingerprint == parameters.DataFingerprint && described.Selected == parameters.Selected && described.LearnerOptions.SequenceEqual(parameters.LearnerOptions);
        UsageException.ThrowUnless(isSame, "--resume", $"the data that the run was started with ({Described(parameters)}, from {parameters.Dataset})", Described(described));
    }

    private static string Described(OfflineParameters data) => $"{data.Data.Episodes:#,0} episodes, {data.Data.Steps:#,0} steps, SHA-256 {data.DataFingerprint}";

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

    private void Describe(EpisodeSelection selection, ImmutableSortedDictionary<string, string> learnerOptions)
    {
        var (all, selected) = (selection.All, selection.Selected);
        terminal.WriteLine($"data: {all.Episodes:#,0} episodes, {all.Steps:#,0} steps, mean return {all.MeanReturn:#,0.0}");
        if (selected.Episodes < all.Episodes)
        {
            terminal.WriteLine($"learned from: {selected.Episodes:#,0} episodes, {selected.Steps:#,0} steps, mean return {selected.MeanReturn:#,0.0}");
        }

        terminal.WriteLine($"options: {string.Join(", ", learnerOptions.Select(option => $"{option.Key}={option.Value}"))}{(parameters.Rewards is { } rewards ? $" (rewards: {rewards})" : "")}");
    }

    private void Conclude(double[] finals, EpisodeTotals selected, string folder)
    {
        var interval = Interval.OfMean(finals);
        var bounds = finals.Length > 1 ? $"{ReportText.Bounds(interval)} (95 % by Student)" : "";
        terminal.WriteLine($"last policies of {finals.Length} {(finals.Length == 1 ? "seed" : "seeds")}: mean return {interval.Estimate:#,0.0}{bounds}; the data's mean return is {selected.MeanReturn:#,0.0}; folder {folder}");
    }
}
