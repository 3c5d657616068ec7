using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>
/// What a collection plays: numbered pieces, each of which follows from its number alone, so that the data are the same whichever thread plays
/// which piece, and a collection can go on at any piece.
/// </summary>
public interface IPieceSource
{
    /// <summary>Gets what a step is made of, extra columns included.</summary>
    ExperienceSpec Spec { get; }

    /// <summary>Gets how many pieces a worker plays at the same time, at least 1.</summary>
    int PiecesPerWorker { get; }

    /// <summary>Makes what plays pieces on one thread.</summary>
    /// <returns>The worker.</returns>
    IPieceWorker CreateWorker();
}

/// <summary>Plays pieces on one thread.</summary>
public interface IPieceWorker : IDisposable
{
    /// <summary>Takes pieces from a queue and plays them until it has no more.</summary>
    /// <param name="queue">The queue, shared with the other workers.</param>
    void Work(PieceQueue queue);
}
