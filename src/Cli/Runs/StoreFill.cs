namespace MemoryRL.Cli;

/// <summary>How full one store is.</summary>
/// <param name="Episodes">Episodes held now.</param>
/// <param name="Steps">Steps held now.</param>
/// <param name="CapacitySteps">Steps that it may hold.</param>
/// <param name="AppendedEpisodes">Episodes ever stored.</param>
internal readonly record struct StoreFill(long Episodes, long Steps, long CapacitySteps, long AppendedEpisodes)
{
    /// <summary>Gets the share of the capacity that is used, in [0, 1].</summary>
    public double Share => CapacitySteps > 0 ? (double)Steps / CapacitySteps : 0;
}
