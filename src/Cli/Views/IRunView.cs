namespace MemoryRL.Cli;

/// <summary>Shows a run to the reader while it goes on.</summary>
internal interface IRunView
{
    /// <summary>Gets the time between two refreshes.</summary>
    TimeSpan Period { get; }

    /// <summary>Says what runs.</summary>
    /// <param name="parameters">The run.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="isResumed">Whether it goes on from an earlier stop.</param>
    void Begin(RunParameters parameters, RunFolder folder, bool isResumed);

    /// <summary>Shows where the run stands.</summary>
    /// <param name="report">Where it stands.</param>
    void Show(RunReport report);

    /// <summary>Writes a line that stays.</summary>
    /// <param name="line">The line.</param>
    void Note(string line);

    /// <summary>Ends the showing; what comes after is ordinary output.</summary>
    void End();
}
