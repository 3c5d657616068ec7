using System.Diagnostics;
using MemoryRL.Client;

namespace MemoryRL.Cli;

/// <summary>Says every other second how far an import is.</summary>
/// <param name="terminal">Where to write.</param>
/// <param name="steps">How many steps there are at most.</param>
internal sealed class ImportProgress(Terminal terminal, long steps) : IProgress<EpisodeImportResult>
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private TimeSpan _next = Period;

    /// <inheritdoc/>
    public void Report(EpisodeImportResult value)
    {
        var elapsed = Stopwatch.GetElapsedTime(_startedAt);
        if (elapsed >= _next)
        {
            _next = elapsed + Period;
            terminal.WriteLine($"{value.Steps:#,0} of {steps:#,0} steps ({value.Steps / elapsed.TotalSeconds:#,0}/s)");
        }
    }
}
