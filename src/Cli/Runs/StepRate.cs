namespace MemoryRL.Cli;

/// <summary>How fast the agents step, and how much of it is on the memory's advice, over the last seconds.</summary>
internal sealed class StepRate
{
    // Agents wait for the learner and then go on together. The rate is over whole rounds of that, from one step to another at least so far
    // apart: a wait then neither reads as a standstill nor is left out. After so long without a step it is a standstill.
    private const double WindowSeconds = 5;
    private const double StandstillSeconds = 60;

    private readonly Queue<(double Seconds, long Steps, long AdvisedSteps)> _window = new([default]);
    private (double Seconds, long Steps) _last;

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
        if (steps == _last.Steps)
        {
            StepsPerSecond = seconds - _last.Seconds < StandstillSeconds ? StepsPerSecond : 0;
            return;
        }

        _last = (seconds, steps);
        _window.Enqueue((seconds, steps, advisedSteps));
        while (seconds - _window.ElementAt(1).Seconds >= WindowSeconds)
        {
            _window.Dequeue();
        }

        var since = _window.Peek();
        StepsPerSecond = seconds > since.Seconds ? (steps - since.Steps) / (seconds - since.Seconds) : 0;
        AdviceShare = (double)(advisedSteps - since.AdvisedSteps) / (steps - since.Steps);
    }
}
