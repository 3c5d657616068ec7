using System.Globalization;
using System.Text;

namespace MemoryRL.Cli;

/// <summary>Shows a run as plain lines, for logs and pipes: one line every two seconds, every number under its name.</summary>
/// <param name="output">Where the lines go.</param>
internal sealed class PlainRunView(TextWriter output) : IRunView
{
    /// <inheritdoc/>
    public TimeSpan Period { get; } = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public void Begin(RunParameters parameters, RunFolder folder, bool isResumed)
    {
        output.WriteLine($"memoryrl {BuildInformation.Version}: {parameters.Agents} agents on {parameters.Task} with {parameters.Algorithm}, seed {parameters.Seed}{(isResumed ? ", resumed" : "")}");
        output.WriteLine($"run folder: {folder.FullPath}");
        output.WriteLine($"success and return are of the last {RunWork.WindowEpisodes} episodes, exploration included");
        output.Flush();
    }

    /// <inheritdoc/>
    public void Show(RunReport report)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{report.ElapsedSeconds,6:0.0} s | steps {report.Steps:#,0} ({report.StepsPerSecond:#,0}/s) | episodes {report.Episodes:#,0}");
        line.Append(CultureInfo.InvariantCulture, $" | success {ReportText.Percent(report.SuccessRate)} (random {ReportText.Percent(report.RandomSuccessRate)}) | return {ReportText.Number(report.MeanReturn)}");
        line.Append(CultureInfo.InvariantCulture, $" | full: memory {100 * report.Memory.Share:0} %, successes {100 * report.Success.Share:0} %, failures {100 * report.Failure.Share:0} %");
        line.Append(CultureInfo.InvariantCulture, $" | updates {report.Updates:#,0}");
        if (ReportText.Losses(report) is { Length: > 0 } losses)
        {
            line.Append(CultureInfo.InvariantCulture, $" | losses {losses}");
        }

        line.Append(CultureInfo.InvariantCulture, $" | policy v{report.PolicyVersion} ({(double.IsFinite(report.PolicyAgeSeconds) ? $"{report.PolicyAgeSeconds:0.0}" : "-")} s old) | advice {ReportText.Percent(report.AdviceShare)}");
        if (report.LearnerWaits is { } reason)
        {
            line.Append(CultureInfo.InvariantCulture, $" | learner waits: {reason}");
        }

        output.WriteLine(line);
        output.Flush();
    }

    /// <inheritdoc/>
    public void Note(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    /// <inheritdoc/>
    public void End() => output.Flush();
}
