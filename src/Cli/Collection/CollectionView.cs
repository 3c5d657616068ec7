using System.Diagnostics;
using System.Globalization;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>Shows how far a collection is: one line that is drawn anew on a terminal, one line every few seconds elsewhere.</summary>
/// <param name="terminal">Where to write.</param>
/// <param name="name">What is collected.</param>
internal sealed class CollectionView(Terminal terminal, string name)
{
    private static readonly TimeSpan TerminalPeriod = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan PlainPeriod = TimeSpan.FromSeconds(5);

    private long _shown = Stopwatch.GetTimestamp();
    private CollectionProgress? _last;

    /// <summary>Takes a report, and shows it where the last one was long enough ago.</summary>
    /// <param name="progress">The report.</param>
    public void Show(CollectionProgress progress)
    {
        _last = progress;
        if (Stopwatch.GetElapsedTime(_shown) >= (terminal.IsInteractive ? TerminalPeriod : PlainPeriod))
        {
            _shown = Stopwatch.GetTimestamp();
            Write(progress);
        }
    }

    /// <summary>Shows the last report.</summary>
    public void End()
    {
        if (_last is not null)
        {
            Write(_last);
        }

        if (terminal.IsInteractive)
        {
            terminal.WriteLine();
        }
    }

    private void Write(CollectionProgress progress)
    {
        var remaining = progress.Remaining is { } time && progress.Steps < progress.TotalSteps ? $", {ReportText.Duration(Math.Round(time.TotalSeconds))} left" : "";
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {progress.Steps:#,0} of {progress.TotalSteps:#,0} steps ({progress.StepsPerSecond:#,0}/s{remaining}), {progress.Phase}: mean return {ReportText.Number(progress.MeanReturn)}");
        if (terminal.IsInteractive)
        {
            // To the line's start, and clear to its end.
            terminal.Out.Write($"\r{line}\e[K");
        }
        else
        {
            terminal.WriteLine(line);
        }

        terminal.Out.Flush();
    }
}
