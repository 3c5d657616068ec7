using System.Collections.Immutable;
using Orleans.Concurrency;

namespace MemoryRL.Grains.Interfaces;

/// <summary>
/// Which learners are to train, so that they go on by themselves after a restart: every silo asks it to wake them, at its start and from time to
/// time. There is one. Learners enter and leave it by themselves.
/// </summary>
[Alias("memoryrl.ILearnerRegistryGrain")]
public interface ILearnerRegistryGrain : IGrainWithStringKey
{
    /// <summary>Enters a learner, before it starts to train.</summary>
    /// <param name="learnerName">The learner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Completes when the name is kept.</returns>
    [Alias("AddAsync")]
    Task AddAsync(string learnerName, CancellationToken cancellationToken = default);

    /// <summary>Removes a learner, once it has been stopped.</summary>
    /// <param name="learnerName">The learner.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Completes when the name is kept no longer.</returns>
    [Alias("RemoveAsync")]
    Task RemoveAsync(string learnerName, CancellationToken cancellationToken = default);

    /// <summary>Lists the learners that are to train.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Their names, in ordinal order.</returns>
    [AlwaysInterleave, Alias("ListAsync")]
    Task<ImmutableArray<string>> ListAsync(CancellationToken cancellationToken = default);
}
