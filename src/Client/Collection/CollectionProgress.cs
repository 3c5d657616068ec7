namespace MemoryRL.Client;

/// <summary>How far a collection is.</summary>
/// <param name="Phase">What acts.</param>
/// <param name="Steps">The steps collected, those of earlier runs included.</param>
/// <param name="TotalSteps">The steps wanted.</param>
/// <param name="Episodes">The episodes collected by this run.</param>
/// <param name="StepsHere">The steps collected by this run.</param>
/// <param name="MeanReturn">The mean return of this run's episodes; NaN before the first.</param>
/// <param name="Elapsed">How long this run has taken.</param>
public sealed record CollectionProgress(string Phase, long Steps, long TotalSteps, long Episodes, long StepsHere, double MeanReturn, TimeSpan Elapsed)
{
    /// <summary>Gets this run's speed in steps a second.</summary>
    public double StepsPerSecond => Elapsed > TimeSpan.Zero ? StepsHere / Elapsed.TotalSeconds : 0;

    /// <summary>Gets how long the rest takes at this speed; null where nothing can be said yet.</summary>
    public TimeSpan? Remaining => StepsPerSecond > 0 ? TimeSpan.FromSeconds((TotalSteps - Steps) / StepsPerSecond) : null;
}
