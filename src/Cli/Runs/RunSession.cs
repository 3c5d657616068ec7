using MemoryRL.Core;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary>One sitting of a run: from its start or resume to its target, its budget, or the reader's Ctrl-C.</summary>
/// <param name="parameters">The run.</param>
/// <param name="folder">Its folder.</param>
/// <param name="view">What the reader sees.</param>
/// <param name="isVerbose">Whether the host's log is shown.</param>
internal sealed class RunSession(RunParameters parameters, RunFolder folder, IRunView view, bool isVerbose)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RowPeriod = TimeSpan.FromMilliseconds(500);

    private readonly long _startedAt = TimeProvider.System.GetTimestamp();
    private MetricsTable _metrics = MetricsTable.Create();
    private long? _heldSinceEpisode;
    private TimeSpan _nextRow;
    private TimeSpan _nextView;
    private TimeSpan _nextCheck = CheckPeriod;

    private TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_startedAt);

    /// <summary>Runs it.</summary>
    /// <param name="isResumed">Whether the run goes on from an earlier stop.</param>
    /// <param name="cancellationToken">Stops the run in order.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(bool isResumed, CancellationToken cancellationToken)
    {
        view.Begin(parameters, folder, isResumed);
        try
        {
            _metrics = File.Exists(folder.Metrics) ? MetricsTable.Read(folder.Metrics) : _metrics;
            var stepsBefore = _metrics.RowCount > 0 ? (long)_metrics.Last(RunReportColumns.Steps) : 0;
            using var host = RunHost.Create(parameters, folder, isVerbose);
            await host.StartAsync(CancellationToken.None);
            string verdict;
            try
            {
                await using var work = await RunWork.StartAsync(parameters, host.Services, stepsBefore);
                verdict = await RunWorkAsync(work, cancellationToken);
            }
            finally
            {
                await host.StopAsync(CancellationToken.None);
            }

            view.End();
            view.Note(verdict);
            return ExitCode.Done;
        }
        finally
        {
            view.End();
        }
    }

    private async Task<string> RunWorkAsync(RunWork work, CancellationToken cancellationToken)
    {
        var progress = new RunProgress(parameters, work, _metrics, _startedAt);
        var check = new GreedyCheck(parameters, work);
        var end = await FollowAsync(work, progress, check, cancellationToken);
        var lost = await work.StopAsync();
        var last = await CheckAsync(check, await progress.ReadAsync());
        Record(last);
        view.Show(last);
        var verdict = RunVerdict.Write(end, parameters, last);
        await WriteFilesAsync(work, verdict);
        MetricsResult.From(parameters, _metrics, isComplete: end != RunEnd.Stopped).Save(folder.FullPath);
        if (lost > 0)
        {
            throw new InvalidOperationException($"{lost} finished episodes were not acknowledged by the memory before the deadline of the stop.");
        }

        return end == RunEnd.Stopped ? $"{verdict}. Go on with: memoryrl run --resume {folder.FullPath}" : $"{verdict}; report: {folder.Report}";
    }

    private async Task<RunEnd> FollowAsync(RunWork work, RunProgress progress, GreedyCheck check, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick);
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAny(timer.WaitForNextTickAsync(cancellationToken).AsTask(), work.Agents);
            var report = await progress.ReadAsync();
            var isHeld = IsTargetHeld(report);
            if (Elapsed >= _nextCheck)
            {
                report = await CheckAsync(check, report);
                _nextCheck = Elapsed + CheckPeriod;
            }

            Show(report);
            if (isHeld && report.GreedySuccessRate >= parameters.TargetSuccess)
            {
                return RunEnd.Target;
            }

            if (work.Agents.IsCompleted)
            {
                await work.Agents;
                return RunEnd.Budget;
            }
        }

        return RunEnd.Stopped;
    }

    private static async Task<RunReport> CheckAsync(GreedyCheck check, RunReport report) => await check.RunAsync(CancellationToken.None) is { } result
        ? report with { GreedySuccessRate = result.Success.Estimate, GreedyMeanReturn = result.Return.Estimate }
        : report;

    // A window can pass the target by luck; one that stays there while its episodes are replaced does not.
    private bool IsTargetHeld(RunReport report)
    {
        if (!(report.SuccessRate >= parameters.TargetSuccess) || report.Episodes < RunWork.WindowEpisodes)
        {
            _heldSinceEpisode = null;
            return false;
        }

        _heldSinceEpisode ??= report.Episodes;
        return report.Episodes >= _heldSinceEpisode + RunWork.WindowEpisodes;
    }

    private void Show(RunReport report)
    {
        if (Elapsed >= _nextRow || double.IsFinite(report.GreedySuccessRate))
        {
            Record(report);
            var fraction = TimeSpan.FromSeconds(report.ElapsedSeconds / 240);
            _nextRow = Elapsed + (fraction > RowPeriod ? fraction : RowPeriod);
        }

        if (Elapsed >= _nextView)
        {
            view.Show(report);
            _nextView = Elapsed + view.Period;
        }
    }

    private void Record(RunReport report)
    {
        if (_metrics.Add(report) || !File.Exists(folder.Metrics))
        {
            _metrics.Write(folder.Metrics);
        }
        else
        {
            _metrics.AppendTo(folder.Metrics);
        }
    }

    private async Task WriteFilesAsync(RunWork work, string verdict)
    {
        if (await work.GetPolicyAsync() is { } bundle)
        {
            PolicyFile.Save(folder.Policy, bundle.Weights.Data, parameters.Task);
        }

        var successes = new List<AgentEpisode>();
        await foreach (var episode in work.Memory.Success.EnumerateAsync())
        {
            successes.Add(episode);
        }

        EpisodeFile.Save(folder.Successes, work.Memory.Spec.Experience, successes);
        var title = $"{parameters.Task}: {parameters.Agents} agents explore while {parameters.Algorithm} learns";
        await File.WriteAllTextAsync(folder.SuccessPicture, SvgChart.Render(RunCharts.Success(parameters, _metrics, title)));
        await File.WriteAllTextAsync(folder.Report, HtmlReport.Render(parameters, _metrics, char.ToUpperInvariant(verdict[0]) + verdict[1..] + "."));
    }
}
