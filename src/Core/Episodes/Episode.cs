using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>
/// All steps from reset to end: <c>T</c> steps and <c>T + 1</c> observations, as columns over one buffer. Immutable; checked once at the door.
/// </summary>
/// <remarks>Only the last step may end the episode, so the two flags are one <see cref="End"/> for the whole.</remarks>
public sealed class Episode
{
    private readonly EpisodeLayout _layout;
    private readonly ReadOnlyMemory<byte> _bytes;
    private CheckedBytes? _checkedBytes;

    private Episode(ExperienceSpec spec, Guid id, EpisodeEnd end, EpisodeLayout layout, ReadOnlyMemory<byte> data)
    {
        Spec = spec;
        Id = id;
        End = end;
        _layout = layout;
        _bytes = data;
    }

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec { get; }

    /// <summary>Gets the episode's id, by which appends are idempotent.</summary>
    public Guid Id { get; }

    /// <summary>Gets how the last step ended the episode.</summary>
    public EpisodeEnd End { get; }

    /// <summary>Gets the number of steps <c>T</c>, at least 1.</summary>
    public int Length => _layout.Length;

    /// <summary>Gets the whole buffer, laid out as <see cref="EpisodeLayout"/> says.</summary>
    public ReadOnlyMemory<byte> Data => (_checkedBytes ??= new CheckedBytes(this, _bytes)).Memory;

    /// <summary>Gets the observations, <c>[T + 1, ...obsShape]</c> as bytes.</summary>
    public ReadOnlySpan<byte> Observations => _bytes.Span[_layout.Observations];

    /// <summary>Gets the actions, <c>[T, ...actShape]</c> as bytes.</summary>
    public ReadOnlySpan<byte> Actions => _bytes.Span[_layout.Actions];

    /// <summary>Gets the rewards, <c>[T]</c>.</summary>
    public ReadOnlySpan<float> Rewards => MemoryMarshal.Cast<byte, float>(_bytes.Span[_layout.Rewards]);

    /// <summary>Gets the behaviour policy's version at each step, <c>[T]</c>; 0 where no published policy acted.</summary>
    public ReadOnlySpan<long> PolicyVersions => MemoryMarshal.Cast<byte, long>(_bytes.Span[_layout.PolicyVersions]);

    /// <summary>Gets the undiscounted return: the sum of the rewards, in double precision.</summary>
    public double Return
    {
        get
        {
            var sum = 0.0;
            foreach (var reward in Rewards)
            {
                sum += reward;
            }

            return sum;
        }
    }

    /// <summary>Gets where each column lies in the buffer.</summary>
    internal EpisodeLayout Layout => _layout;

    /// <summary>Gets an extra column, <c>[T, ...]</c> as bytes.</summary>
    /// <param name="column">The index of the column in the spec's extra columns.</param>
    /// <returns>The column's bytes.</returns>
    public ReadOnlySpan<byte> Extra(int column) => _bytes.Span[_layout.Extra(column)];

    /// <summary>Wraps a buffer that is already laid out as an episode, checking everything, and copies nothing.</summary>
    /// <remarks>The <see cref="Data"/> of an episode with the same spec, id, end and length gives back that episode, which was checked already.</remarks>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="id">The episode's id, not empty.</param>
    /// <param name="end">How the last step ended it.</param>
    /// <param name="length">The number of steps.</param>
    /// <param name="data">The buffer; the caller promises never to change it again.</param>
    /// <returns>The episode.</returns>
    /// <exception cref="InvalidExperienceException">A length, a non-finite number or an action out of range; the message names the field and the step.</exception>
    public static Episode FromBuffer(ExperienceSpec spec, Guid id, EpisodeEnd end, int length, ReadOnlyMemory<byte> data)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (CheckedBytes.FindEpisode(data) is { } known
            && known.Length == length && known.End == end && known.Id == id && (ReferenceEquals(known.Spec, spec) || known.Spec.Fingerprint == spec.Fingerprint))
        {
            return known;
        }

        var layout = new EpisodeLayout(spec, length);
        InvalidExperienceException.ThrowUnless(id != Guid.Empty, "episode.id", "an id that is not empty", id);
        InvalidExperienceException.ThrowUnless(end is EpisodeEnd.Terminated or EpisodeEnd.Truncated, "episode.end", "Terminated or Truncated", end);
        InvalidExperienceException.ThrowUnless(data.Length == layout.ByteCount, "episode.data", $"{layout.ByteCount} bytes for {length} steps", data.Length);
        var episode = new Episode(spec, id, end, layout, data);
        EpisodeValidation.Check(episode);
        return episode;
    }

    /// <summary>Makes an episode from separate columns, copied once into one buffer.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="id">The episode's id, not empty.</param>
    /// <param name="end">How the last step ended it.</param>
    /// <param name="observations">The observations, <c>[T + 1, ...obsShape]</c> as bytes.</param>
    /// <param name="actions">The actions, <c>[T, ...actShape]</c> as bytes.</param>
    /// <param name="rewards">The rewards, <c>[T]</c>; their number says what <c>T</c> is.</param>
    /// <param name="policyVersions">The policy versions, <c>[T]</c>; empty for all 0.</param>
    /// <param name="extras">One array of bytes for each extra column, in the spec's order.</param>
    /// <returns>The episode.</returns>
    /// <exception cref="InvalidExperienceException">A column has the wrong size, a number is not finite, an action is out of range; the message names the field.</exception>
    public static Episode Create(
        ExperienceSpec spec,
        Guid id,
        EpisodeEnd end,
        ReadOnlySpan<byte> observations,
        ReadOnlySpan<byte> actions,
        ReadOnlySpan<float> rewards,
        ReadOnlySpan<long> policyVersions = default,
        params ReadOnlySpan<ReadOnlyMemory<byte>> extras)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var layout = new EpisodeLayout(spec, rewards.Length);
        InvalidExperienceException.ThrowUnless(extras.Length == spec.ExtraColumns.Length, "episode.extras", $"{spec.ExtraColumns.Length} columns", extras.Length);
        var data = new byte[layout.ByteCount];
        Copy(observations, data.AsSpan(layout.Observations), "episode.observations");
        Copy(actions, data.AsSpan(layout.Actions), "episode.actions");
        Copy(MemoryMarshal.AsBytes(rewards), data.AsSpan(layout.Rewards), "episode.rewards");
        if (policyVersions.IsEmpty)
        {
            data.AsSpan(layout.PolicyVersions).Clear();
        }
        else
        {
            Copy(MemoryMarshal.AsBytes(policyVersions), data.AsSpan(layout.PolicyVersions), "episode.policy_versions");
        }

        for (var i = 0; i < extras.Length; i++)
        {
            var column = data.AsSpan(layout.Extra(i));
            if (extras[i].Length != column.Length)
            {
                throw new InvalidExperienceException($"episode.{spec.ExtraColumns[i].Name}", $"{column.Length} bytes", $"{extras[i].Length}");
            }

            extras[i].Span.CopyTo(column);
        }

        return FromBuffer(spec, id, end, rewards.Length, data);
    }

    /// <summary>Takes the last steps as a trajectory of the same id.</summary>
    /// <param name="steps">How many, from 1 to <see cref="Length"/>.</param>
    /// <returns>This very episode when it is no longer than that, else a copy of its end.</returns>
    internal Episode TakeLast(int steps)
    {
        if (steps == Length)
        {
            return this;
        }

        var (from, to) = (_layout, new EpisodeLayout(Spec, steps));
        var first = Length - steps;
        var data = new byte[to.ByteCount];
        TakeRows(from.Observations, to.Observations, Spec.Observation.ByteCount);
        TakeRows(from.Actions, to.Actions, Spec.Action.ByteCount);
        TakeRows(from.Rewards, to.Rewards, sizeof(float));
        TakeRows(from.PolicyVersions, to.PolicyVersions, sizeof(long));
        for (var i = 0; i < Spec.ExtraColumns.Length; i++)
        {
            TakeRows(from.Extra(i), to.Extra(i), Spec.ExtraColumns[i].ByteCount);
        }

        return new Episode(Spec, Id, End, to, data);

        void TakeRows(Range column, Range target, int bytes) => _bytes.Span[column][(first * bytes)..].CopyTo(data.AsSpan(target));
    }

    /// <summary>Wraps a buffer whose content was checked before it was stored.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="id">The episode's id.</param>
    /// <param name="end">How the last step ended it.</param>
    /// <param name="layout">The layout of the buffer.</param>
    /// <param name="data">The buffer.</param>
    /// <returns>The episode.</returns>
    internal static Episode FromChecked(ExperienceSpec spec, Guid id, EpisodeEnd end, EpisodeLayout layout, ReadOnlyMemory<byte> data) => new(spec, id, end, layout, data);

    private static void Copy(ReadOnlySpan<byte> source, Span<byte> destination, string field)
    {
        InvalidExperienceException.ThrowUnless(source.Length == destination.Length, field, $"{destination.Length} bytes", source.Length);
        source.CopyTo(destination);
    }
}
