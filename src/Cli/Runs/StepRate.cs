namespace MemoryRL.Cli;

/// <summary>How fast the agents step, and how much of it is on the memory's advice, over the last seconds.</summary>
internal sealed class StepRate
{
    // Agents wait for the learner and then go on together. The window reaches back over the whole wait, so that a moment between two bursts
    // does not read as a standstill; after so long without a step it is one.
    private const double WindowSeconds = 5;
    private const double StandstillSeconds = 60;

    private readonly Queue<(double Seconds, long Steps, long AdvisedSteps)> _recent = new([default]);

    /// <summary>Gets the steps a second; 0 before the first.</summary>
    public double StepsPerSecond { get; private set; }

    /// <summary>Gets the share of the steps that the memory's advice chose, in [0, 1]: the last known, and NaN before the first step.</summary>
    public double AdviceShare { get; private set; } = double.NaN;

    /// <summary>Takes in where the agents stand.</summary>
    /// <param name="seconds">The seconds since their start; never less than before.</param>
    /// <param name="steps">The steps taken until then.</param>
    /// <param name="advisedSteps">Those of them that the memory's advice chose.</param>
    public void Add(double seconds, long steps, long advisedSteps)
    {
        _recent.Enqueue((seconds, steps, advisedSteps));
        while (_recent.Count > 2 && IsEnough(_recent.ElementAt(1), seconds, steps))
        {
            _recent.Dequeue();
        }

        var since = _recent.Peek();
        var taken = steps - since.Steps;
        StepsPerSecond = seconds > since.Seconds ? taken / (seconds - since.Seconds) : 0;
        AdviceShare = taken > 0 ? (double)(advisedSteps - since.AdvisedSteps) / taken : AdviceShare;
    }

    private static bool IsEnough((double Seconds, long Steps, long AdvisedSteps) start, double seconds, long steps) =>
        seconds - start.Seconds >= WindowSeconds && (steps > start.Steps || seconds - start.Seconds >= StandstillSeconds);
}
