using System.Runtime.InteropServices;

namespace MemoryRL.Core.Tests;

/// <summary>What an episode may not hold is found wherever it lies, and named.</summary>
public sealed class EpisodeCheckTests
{
    private const int Length = 100;

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_number_that_is_not_finite_is_found_at_every_place(float bad)
    {
        var episode = Samples.Episode(Samples.Hopper, 1, Length);
        var layout = new EpisodeLayout(Samples.Hopper, Length);
        for (var i = 0; i < (Length + 1) * 11; i++)
        {
            AssertFault(episode, layout.Observations, i, bad, "episode.observations", $"a finite number at step {i / 11}, element {i % 11}");
        }

        for (var i = 0; i < Length * 3; i++)
        {
            AssertFault(episode, layout.Actions, i, bad, "episode.actions", $"a finite number at step {i / 3}, element {i % 3}");
        }

        for (var i = 0; i < Length; i++)
        {
            AssertFault(episode, layout.Rewards, i, bad, "episode.rewards", $"a finite number at step {i}");
        }
    }

    [Theory]
    [InlineData(1.0000001f)]
    [InlineData(-1.0000001f)]
    [InlineData(7)]
    public void An_action_outside_its_bounds_is_found_at_every_place(float bad)
    {
        var episode = Samples.Episode(Samples.Hopper, 1, Length);
        var layout = new EpisodeLayout(Samples.Hopper, Length);
        for (var i = 0; i < Length * 3; i++)
        {
            AssertFault(episode, layout.Actions, i, bad, "episode.actions", $"a number in [-1, 1] at step {i / 3}, element {i % 3}");
        }
    }

    [Fact]
    public void Actions_on_their_bounds_and_extreme_observations_are_taken()
    {
        float[] actions = [-1, 1, 0, 1, -1, -0f];
        var observations = Enumerable.Repeat(float.MaxValue, 22).Concat(Enumerable.Repeat(-float.MaxValue, 11)).ToArray();
        var episode = Episode.Create(Samples.Hopper, Samples.Id(1), EpisodeEnd.Truncated, Bytes(observations), Bytes(actions), [float.Epsilon, -0f]);

        Assert.Equal(2, episode.Length);
        Assert.Equal(actions, Samples.Floats(episode.Actions));
        Assert.Equal([0, 0], episode.PolicyVersions.ToArray());
    }

    [Fact]
    public void Bounds_of_float_observations_are_advisory()
    {
        var spec = new ExperienceSpec(new BoxSpace(2, -1, 1), new DiscreteSpace(2));
        float[] observations = [5, -5, 0, 1];

        Assert.Equal(1, Episode.Create(spec, Samples.Id(1), EpisodeEnd.Terminated, Bytes(observations), new byte[4], [1]).Length);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(13)]
    public void Bounds_of_each_element_hold_for_that_element_alone(int elements)
    {
        var low = Enumerable.Range(0, elements).Select(i => i == 1 ? float.NegativeInfinity : -i).ToImmutable();
        var high = Enumerable.Range(0, elements).Select(i => i == 0 ? float.PositiveInfinity : i).ToImmutable();
        var spec = new ExperienceSpec(new DiscreteSpace(3), new BoxSpace([elements], low, high));
        var middle = new float[Length * elements];
        var layout = new EpisodeLayout(spec, Length);
        var episode = Episode.Create(spec, Samples.Id(1), EpisodeEnd.Terminated, new byte[(Length + 1) * 4], Bytes(middle), new float[Length]);
        for (var i = 0; i < middle.Length; i++)
        {
            var element = i % elements;
            if (element != 0)
            {
                AssertFault(episode, layout.Actions, i, element + 0.5f, "episode.actions", $"at step {i / elements}, element {element}");
                AssertTaken(episode, layout.Actions, i, element);
            }
            else
            {
                AssertTaken(episode, layout.Actions, i, 1e30f);
            }

            AssertFault(episode, layout.Actions, i, float.NaN, "episode.actions", $"a finite number at step {i / elements}, element {element}");
            AssertFault(episode, layout.Actions, i, element == 0 ? float.PositiveInfinity : float.NegativeInfinity, "episode.actions", "a finite number");
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_discrete_value_out_of_range_is_found_at_every_place(int bad)
    {
        var episode = Samples.Episode(Samples.Grid, 1, Length);
        var layout = new EpisodeLayout(Samples.Grid, Length);
        for (var i = 0; i < Length; i++)
        {
            AssertFault(episode, layout.Actions, i, bad, "episode.actions", $"a whole number from 0 to 3 at step {i}");
            AssertFault(episode, layout.Observations, i, bad == 4 ? 48 : bad, "episode.observations", $"a whole number from 0 to 47 at step {i}");
        }

        AssertFault(episode, layout.Observations, Length, 48, "episode.observations", $"at step {Length}");
        AssertTaken(episode, layout.Observations, Length, 47);
    }

    [Fact]
    public void Policy_versions_and_extra_columns_are_checked_at_every_place()
    {
        var episode = Samples.Episode(Samples.Pixels, 1, Length);
        var layout = new EpisodeLayout(Samples.Pixels, Length);
        for (var i = 0; i < Length; i++)
        {
            AssertFault(episode, layout.PolicyVersions, i, -1L - i, "episode.policy_versions", $"0 or more at step {i}");
            AssertFault(episode, layout.Extra(0), (5 * i) + 2, double.NaN, "episode.logits", $"a finite number at step {i}, element 2");
            AssertFault(episode, layout.Extra(1), i, (byte)2, "episode.is_lucky", $"0 or 1 at step {i}");
        }

        var grid = Samples.Episode(Samples.Grid, 1, Length);
        AssertFault(grid, new EpisodeLayout(Samples.Grid, Length).Extra(0), 50, float.NegativeInfinity, "episode.behavior_log_probability", "at step 50");
    }

    [Fact]
    public void Columns_of_the_wrong_size_are_named()
    {
        var spec = Samples.Hopper;
        var (observations, actions, rewards) = (new byte[3 * 44], new byte[2 * 12], new float[2]);

        Assert.Equal("episode.length", Fault(() => Episode.Create(spec, Samples.Id(1), EpisodeEnd.Terminated, observations, actions, [])).Field);
        Assert.Equal("episode.observations", Fault(() => Episode.Create(spec, Samples.Id(1), EpisodeEnd.Terminated, observations.AsSpan(1), actions, rewards)).Field);
        Assert.Equal("episode.actions", Fault(() => Episode.Create(spec, Samples.Id(1), EpisodeEnd.Terminated, observations, new byte[25], rewards)).Field);
        Assert.Equal("episode.policy_versions", Fault(() => Episode.Create(spec, Samples.Id(1), EpisodeEnd.Terminated, observations, actions, rewards, new long[3])).Field);
        Assert.Equal("episode.extras", Fault(() => Episode.Create(spec, Samples.Id(1), EpisodeEnd.Terminated, observations, actions, rewards, default, new byte[2])).Field);
        Assert.Equal("episode.id", Fault(() => Episode.Create(spec, Guid.Empty, EpisodeEnd.Terminated, observations, actions, rewards)).Field);
        Assert.Equal("episode.end", Fault(() => Episode.Create(spec, Samples.Id(1), default, observations, actions, rewards)).Field);
        Assert.Equal("episode.data", Fault(() => Episode.FromBuffer(spec, Samples.Id(1), EpisodeEnd.Terminated, 2, new byte[7])).Field);
        Assert.Equal("episode.length", Fault(() => Episode.FromBuffer(spec, Samples.Id(1), EpisodeEnd.Terminated, 0, new byte[7])).Field);
        Assert.Equal("episode.length", Fault(() => Episode.FromBuffer(spec, Samples.Id(1), EpisodeEnd.Terminated, 100_000_000, new byte[7])).Field);
        Assert.Equal("episode.observations: expected 132 bytes but got 131.", Fault(() => Episode.Create(spec, Samples.Id(1), EpisodeEnd.Terminated, observations.AsSpan(1), actions, rewards)).Message);
    }

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();

    private static InvalidExperienceException Fault(Action make) => Assert.Throws<InvalidExperienceException>(make);

    private static Episode With<T>(Episode episode, Range column, int index, T value)
        where T : unmanaged
    {
        var data = episode.Data.ToArray();
        MemoryMarshal.Cast<byte, T>(data.AsSpan(column))[index] = value;
        return Episode.FromBuffer(episode.Spec, episode.Id, episode.End, episode.Length, data);
    }

    private static void AssertFault<T>(Episode episode, Range column, int index, T value, string field, string expected)
        where T : unmanaged
    {
        var error = Fault(() => With(episode, column, index, value));
        Assert.Equal(field, error.Field);
        Assert.Contains(expected, error.Expected, StringComparison.Ordinal);
        Assert.Equal(FormattableString.Invariant($"{value}"), error.Actual);
    }

    private static void AssertTaken<T>(Episode episode, Range column, int index, T value)
        where T : unmanaged => Assert.Equal(episode.Length, With(episode, column, index, value).Length);
}

/// <summary>Arrays for the spaces' constructors.</summary>
file static class Enumerables
{
    public static System.Collections.Immutable.ImmutableArray<float> ToImmutable(this IEnumerable<float> values) => [.. values];
}
