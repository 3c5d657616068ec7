using System.Collections.Immutable;
using MemoryRL.Environments;

namespace MemoryRL.Cli;

/// <summary>Trains one offline learner by a learner grain, evaluates its policies and writes the seed's folder; goes on where an earlier sitting stopped.</summary>
/// <param name="parameters">The run.</param>
/// <param name="task">The task.</param>
/// <param name="folder">The seed's folder, which is made here.</param>
/// <param name="grains">Where the grains are.</param>
/// <param name="terminal">Where to write.</param>
internal sealed class OfflineSeed(OfflineParameters parameters, EnvironmentEntry task, string folder, IGrainFactory grains, Terminal terminal)
{
    // Other episodes judge the last policy than those on the way.
    private const ulong FinalSeed = 0x6EED_4243_0001;

    /// <summary>Runs it, unless it has come to its end already.</summary>
    /// <param name="memoryName">The memory that holds the data.</param>
    /// <param name="cancellationToken">Stops it in order.</param>
    /// <returns>The mean return of the last policy over fresh episodes.</returns>
    public async Task<double> RunAsync(string memoryName, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, RunResult.FileName);
        if (File.Exists(file) && RunResult.Load(file) is { IsComplete: true, Final: { } final })
        {
            terminal.WriteLine($"seed {parameters.Seed}: done before, return {final.Return:#,0.0}");
            return final.Return;
        }

        _ = Directory.CreateDirectory(folder);
        parameters.Save(folder);
        var state = OfflineState.Load(folder, parameters.Algorithm);
        using var metrics = new OfflineMetrics(folder, state);
        var curve = new OfflineCurve(parameters, task, terminal, metrics, cancellationToken);
        SaveResult(state is null ? [] : curve.Restore(state), final: null);
        try
        {
            return await RunAsync(memoryName, metrics, curve, state, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await curve.EndAsync();
            SaveResult(curve.Points, final: null);
            throw;
        }
        finally
        {
            await curve.EndAsync();
        }
    }

    private async Task<double> RunAsync(string memoryName, OfflineMetrics metrics, OfflineCurve curve, OfflineState? state, CancellationToken cancellationToken)
    {
        if (state is not null)
        {
            terminal.WriteLine($"seed {parameters.Seed}: goes on from {state.Updates:#,0} of {parameters.Updates:#,0} updates");
        }

        var last = await new OfflineTraining(parameters, folder, grains, terminal, metrics, curve, state).RunAsync(memoryName, cancellationToken);
        await curve.FinishAsync();
        var final = await Task.Run(() => OfflineCurve.Evaluate(parameters, task, last, parameters.FinalEpisodes, FinalSeed, cancellationToken), cancellationToken);
        PolicyFile.Save(Path.Combine(folder, TrainingFiles.Policy), last.Weights.Data, parameters.Task);
        SaveResult(curve.Points, ResultPoint.From(task.Spec, parameters.Updates, final));
        OfflineState.Delete(folder);
        terminal.WriteLine($"seed {parameters.Seed}: return {final.Return.Estimate:#,0.0}{ReportText.Bounds(final.Return)} over {parameters.FinalEpisodes} fresh episodes");
        return final.Return.Estimate;
    }

    // A run without its last policy's evaluation is one that has not come to its end.
    private void SaveResult(ImmutableArray<ResultPoint> curve, ResultPoint? final) => new RunResult
    {
        Task = parameters.Task,
        Algorithm = parameters.Algorithm,
        Method = parameters.Method,
        Dataset = Path.GetFileNameWithoutExtension(parameters.Dataset),
        DatasetFingerprint = parameters.DataFingerprint,
        Seed = parameters.Seed,
        Updates = final?.At ?? curve.LastOrDefault()?.At ?? 0,
        Steps = 0,
        ProgressUnit = "updates",
        IsComplete = final is not null,
        Final = final,
        Best = RunResult.BestOf(curve),
        Curve = curve,
    }.Save(folder);
}
