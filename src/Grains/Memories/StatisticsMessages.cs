using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Turns a store's statistics into their message.</summary>
internal static class StatisticsMessages
{
    /// <summary>Makes the message.</summary>
    /// <param name="statistics">The statistics.</param>
    /// <returns>The message.</returns>
    public static MemoryStatistics Write(StoreStatistics statistics) => new(
        statistics.Episodes,
        statistics.Steps,
        statistics.Bytes,
        statistics.CapacitySteps,
        statistics.CapacityBytes,
        statistics.AppendedEpisodes,
        statistics.AppendedSteps,
        statistics.EvictedEpisodes,
        statistics.SampledRows);
}
