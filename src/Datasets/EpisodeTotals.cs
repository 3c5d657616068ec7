namespace MemoryRL.Datasets;

/// <summary>What some episodes come to.</summary>
/// <param name="Episodes">Their number.</param>
/// <param name="Steps">Their steps together.</param>
/// <param name="MeanReturn">Their mean undiscounted return; NaN where there are none.</param>
/// <param name="LongestSteps">The steps of the longest; 0 where there are none.</param>
/// <param name="MinReturn">The return of the worst; NaN where there are none.</param>
/// <param name="MaxReturn">The return of the best; NaN where there are none.</param>
public readonly record struct EpisodeTotals(int Episodes, long Steps, double MeanReturn, int LongestSteps, double MinReturn, double MaxReturn);
