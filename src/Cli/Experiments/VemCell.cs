namespace MemoryRL.Cli;

/// <summary>What is varied beside the expectile.</summary>
internal enum VemStudy
{
    /// <summary>The longest rollout <c>n</c>, under a behaviour that lacks one action.</summary>
    PlanningSteps,

    /// <summary>The temperature <c>a</c> of the behaviour.</summary>
    Behavior,

    /// <summary>The noise on backed-up values of the exact expectile operator.</summary>
    ExactNoise,

    /// <summary>The same of the gradient operator with the largest step.</summary>
    GradientNoise,

    /// <summary>The same of Bellman's optimality operator, which stands at expectile 1.</summary>
    OptimalityNoise,
}

/// <summary>What is measured.</summary>
internal enum VemMeasure
{
    /// <summary>The distance from the fixed point to the optimal values, <c>|V* - V_tau|</c>.</summary>
    Bias,

    /// <summary>The range of <c>V* - V_tau</c> over the states.</summary>
    SpanBias,

    /// <summary><c>|T V_0 - V_tau| / |V_0 - V_tau|</c> from values of 0.</summary>
    Contraction,

    /// <summary>The mean squared distance of one trajectory's estimate from the operator's value.</summary>
    Variance,

    /// <summary>The mean over the states of the averaged noisy values less the optimal ones.</summary>
    MeanError,

    /// <summary>The largest absolute difference of the two over the states.</summary>
    LargestError,
}

/// <summary>One number that the experiment measures on every process.</summary>
/// <param name="Study">What is varied.</param>
/// <param name="Setting">The varied number: <c>n</c>, <c>a</c> or the noise's deviation.</param>
/// <param name="Expectile">The expectile.</param>
/// <param name="Measure">What is measured.</param>
internal readonly record struct VemCell(VemStudy Study, double Setting, double Expectile, VemMeasure Measure);
