namespace Orleans.Runtime;

/// <summary>A timer of a grain; disposing it ends its ticks.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Changes when the timer ticks; called within a tick, it takes effect after the tick.</summary>
    /// <param name="dueTime">The time to the next tick; infinite for none.</param>
    /// <param name="period">The time between later ticks; infinite for none.</param>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>When a timer ticks, and how.</summary>
public readonly struct GrainTimerCreationOptions
{
    /// <summary>Initializes the options.</summary>
    public GrainTimerCreationOptions()
    {
    }

    /// <summary>Initializes the options.</summary>
    /// <param name="dueTime">The time to the first tick; infinite for none.</param>
    /// <param name="period">The time between later ticks; infinite for none.</param>
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Gets the time to the first tick; infinite for none.</summary>
    public TimeSpan DueTime { get; init; }

    /// <summary>Gets the time between the end of a tick and the next; infinite for none.</summary>
    public TimeSpan Period { get; init; }

    /// <summary>Gets a value indicating whether ticks may interleave with requests and other ticks.</summary>
    public bool Interleave { get; init; }

    /// <summary>Gets a value indicating whether a tick counts as use, which keeps the grain from being collected.</summary>
    public bool KeepAlive { get; init; }
}
