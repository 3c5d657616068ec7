namespace MemoryRL.Client;

/// <summary>What one iteration of augmented random search saw.</summary>
/// <param name="Number">The iteration, from 1.</param>
/// <param name="TotalSteps">The environment steps of all iterations so far.</param>
/// <param name="MeanReturn">The mean return of its trial episodes, survival bonus included.</param>
/// <param name="BestReturn">The best return among them.</param>
public readonly record struct ArsIteration(long Number, long TotalSteps, double MeanReturn, double BestReturn);
