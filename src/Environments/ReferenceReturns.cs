namespace MemoryRL.Environments;

/// <summary>The two returns between which a task's score is normalised.</summary>
/// <param name="Random">The return that scores 0.</param>
/// <param name="Expert">The return that scores 100.</param>
/// <remarks>
/// D4RL's (https://github.com/Farama-Foundation/D4RL, d4rl/infos.py): <c>100 (R - random) / (expert - random)</c>. Scores of policies that were
/// trained on other data than D4RL's own are normalised alike, but not comparable with published ones.
/// </remarks>
public sealed record ReferenceReturns(double Random, double Expert)
{
    /// <summary>Normalises a return.</summary>
    /// <param name="episodeReturn">The undiscounted return.</param>
    /// <returns>0 for the random reference, 100 for the expert one.</returns>
    public double Score(double episodeReturn) => 100 * (episodeReturn - Random) / (Expert - Random);
}
