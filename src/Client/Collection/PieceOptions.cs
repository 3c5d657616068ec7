using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>What all ways of playing pieces have in common.</summary>
public abstract record PieceOptions
{
    /// <summary>Gets the deviation of Gaussian noise added to every element of an action, which is then clipped into its box; 0 for none. Default 0.</summary>
    public double Noise { get; init; }

    /// <summary>Gets the seed: every piece has random streams of its own.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets which of the seed's families of streams this is, so that two sources of one collection share none; below 2^20. Default 0.</summary>
    public int Family { get; init; }

    /// <summary>Gets the collection's id, from which with the family and the piece's number the ids of its episodes follow: two collections that may meet in one memory need two.</summary>
    public Guid RunId { get; init; }

    /// <summary>Gets the streams and ids.</summary>
    internal PieceStreams Streams => new(Seed, Family, RunId);

    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public virtual void Validate()
    {
        InvalidExperienceException.ThrowUnless(double.IsFinite(Noise) && Noise >= 0, "collection.noise", "0 or more", Noise);
        InvalidExperienceException.ThrowUnless(Family is >= 0 and < 1 << 20, "collection.family", "0 to 1,048,575", Family);
    }
}
