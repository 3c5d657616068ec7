using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>The random streams and ids of pieces: each follows from the seed, the family and the piece's number alone.</summary>
/// <param name="seed">The collection's seed.</param>
/// <param name="family">Which family of streams, below 2^20.</param>
/// <param name="runId">The collection's id.</param>
internal readonly struct PieceStreams(ulong seed, int family, Guid runId)
{
    // Below 2^20 families of 2^42 pieces of 4 streams.
    private const int PieceBits = 42;

    /// <summary>Gets the environment's stream.</summary>
    /// <param name="piece">The piece's number.</param>
    /// <returns>The stream.</returns>
    public RandomStream Environment(long piece) => Stream(piece, 0);

    /// <summary>Gets the policy's stream.</summary>
    /// <param name="piece">The piece's number.</param>
    /// <returns>The stream.</returns>
    public RandomStream Policy(long piece) => Stream(piece, 1);

    /// <summary>Gets the stream of the noise that is added to actions.</summary>
    /// <param name="piece">The piece's number.</param>
    /// <returns>The stream.</returns>
    public RandomStream Noise(long piece) => Stream(piece, 2);

    /// <summary>Gets the stream that chooses goals and starts.</summary>
    /// <param name="piece">The piece's number.</param>
    /// <returns>The stream.</returns>
    public RandomStream Goals(long piece) => Stream(piece, 3);

    /// <summary>Makes an episode's id.</summary>
    /// <param name="piece">The piece's number, below 2^24.</param>
    /// <param name="index">The episode's index within its piece, below 2^16.</param>
    /// <returns>The id.</returns>
    public Guid Id(long piece, int index) => EpisodeIds.Create(EpisodeIds.RunBits(runId), family, checked((piece << 16) | (uint)index));

    private RandomStream Stream(long piece, int number) => new(seed, ((ulong)family << (PieceBits + 2)) | ((ulong)piece << 2) | (uint)number);
}
