namespace MemoryRL.Core;

/// <summary>
/// Where each column of an episode of a given length lies in its one buffer. Both sides of a grain call compute it from the spec, so that an
/// episode travels as its bytes alone and is never repacked.
/// </summary>
/// <remarks>
/// Columns in order: observations <c>[T+1, ...obsShape]</c>, actions <c>[T, ...actShape]</c>, rewards <c>[T]</c> float32, policy versions
/// <c>[T]</c> int64, then the extra columns <c>[T, ...]</c>; each starts at a multiple of 8 bytes.
/// </remarks>
public readonly struct EpisodeLayout
{
    private readonly ColumnBytes _bytes;
    private readonly int _extraOffset;

    /// <summary>Computes the layout.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="length">The number of steps <c>T</c>, at least 1.</param>
    /// <exception cref="InvalidExperienceException">The length is below 1, or the buffer would pass 2 GiB.</exception>
    public EpisodeLayout(ExperienceSpec spec, int length)
    {
        ArgumentNullException.ThrowIfNull(spec);
        InvalidExperienceException.ThrowUnless(length is >= 1 and < int.MaxValue, "episode.length", "1 or more steps", length);
        _bytes = spec.ColumnBytes;
        Length = length;
        var columns = new ColumnCursor("episode.length");
        Observations = columns.Take(length + 1, _bytes.Observation);
        Actions = columns.Take(length, _bytes.Action);
        Rewards = columns.Take(length, sizeof(float));
        PolicyVersions = columns.Take(length, sizeof(long));
        _extraOffset = columns.Offset;
        foreach (var bytes in _bytes.Extras)
        {
            _ = columns.Take(length, bytes);
        }

        ByteCount = columns.Offset;
    }

    /// <summary>Gets the number of steps.</summary>
    public int Length { get; }

    /// <summary>Gets the number of bytes of the whole buffer.</summary>
    public int ByteCount { get; }

    /// <summary>Gets where the observations lie.</summary>
    public Range Observations { get; }

    /// <summary>Gets where the actions lie.</summary>
    public Range Actions { get; }

    /// <summary>Gets where the rewards lie.</summary>
    public Range Rewards { get; }

    /// <summary>Gets where the policy versions lie.</summary>
    public Range PolicyVersions { get; }

    /// <summary>Gets where an extra column lies.</summary>
    /// <param name="column">The index of the column in the spec's extra columns.</param>
    /// <returns>Its range in the buffer.</returns>
    public Range Extra(int column)
    {
        var columns = new ColumnCursor("episode.length", _extraOffset);
        for (var i = 0; i < column; i++)
        {
            _ = columns.Take(Length, _bytes.Extras[i]);
        }

        return columns.Take(Length, _bytes.Extras[column]);
    }
}
