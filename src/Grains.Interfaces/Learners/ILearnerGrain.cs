using Orleans.Concurrency;

namespace MemoryRL.Grains.Interfaces;

/// <summary>
/// One learner: networks, optimiser, schedule, metrics. It trains off the turn, on a thread of its own, checkpoints at an orderly stop and on
/// a period, and resumes exactly, by itself after a restart of its silo (see <see cref="ILearnerRegistryGrain"/>). After a kill, targets of which
/// a plan renews only some may be of other versions than they were; <see cref="CopyAsync"/> copies them too. Key: the learner's name.
/// </summary>
[Alias("memoryrl.ILearnerGrain")]
public interface ILearnerGrain : IGrainWithStringKey
{
    /// <summary>Starts training, from the checkpoint if there is one. Started already with the same spec, it changes nothing.</summary>
    /// <param name="spec">What the learner is.</param>
    /// <param name="cancellationToken">Cancels the call, not the training.</param>
    /// <returns>Where the learner stands.</returns>
    /// <exception cref="InvalidInputException">The algorithm is not registered, an option is unknown, or the learner exists with another spec.</exception>
    /// <exception cref="UnknownMemoryException">Nobody has created the memory.</exception>
    [Alias("StartAsync")]
    Task<LearnerProgress> StartAsync(LearnerSpecMessage spec, CancellationToken cancellationToken = default);

    /// <summary>Stops training after the current update and writes a checkpoint.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Where the learner stands.</returns>
    [ResponseTimeout("00:10:00"), Alias("StopAsync")]
    Task<LearnerProgress> StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Copies a learner that trains, between two updates, with the targets that its memory has planned for it.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The copy; the training goes on.</returns>
    /// <exception cref="InvalidInputException">The learner does not train.</exception>
    /// <exception cref="MemoryRLException">It stopped before an update ended.</exception>
    [ResponseTimeout("00:10:00"), AlwaysInterleave, Alias("CopyAsync")]
    Task<LearnerCopy> CopyAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts training from a copy, beside a memory with the same data, as if it had never stopped: it publishes what it would have published, and
    /// the versions before are not brought along.
    /// </summary>
    /// <param name="copy">What <see cref="CopyAsync"/> gave.</param>
    /// <param name="cancellationToken">Cancels the call, not the training.</param>
    /// <returns>Where the learner stands.</returns>
    /// <exception cref="InvalidInputException">The copy is damaged, the memory holds other episodes, or the learner has been started already.</exception>
    [ResponseTimeout("00:10:00"), Alias("RestoreAsync")]
    Task<LearnerProgress> RestoreAsync(LearnerCopy copy, CancellationToken cancellationToken = default);

    /// <summary>Says where the learner stands.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The progress.</returns>
    [AlwaysInterleave, Alias("GetProgressAsync")]
    Task<LearnerProgress> GetProgressAsync(CancellationToken cancellationToken = default);
}
