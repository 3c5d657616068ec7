namespace MemoryRL.Core.Tests;

/// <summary>What an arena refuses, it names, and is as it was.</summary>
public sealed class StepArenaBadInputTests
{
    public static TheoryData<string, Func<AgentEpisode>> Refused { get; } = new()
    {
        { "episode.length", () => Samples.AgentEpisode(Samples.Hopper, 9, 51) },
        { "episode.bytes", () => Samples.AgentEpisode(Samples.Hopper, 9, 45) },
        { "episode.spec", () => Samples.AgentEpisode(Samples.Grid, 9, 5) },
        { "episode.agent_id", () => Samples.AgentEpisode(Samples.Hopper, 9, 5) with { AgentId = "" } },
        { "episode.agent_id", () => Samples.AgentEpisode(Samples.Hopper, 9, 5) with { AgentId = null! } },
        { "episode.outcome", () => Samples.AgentEpisode(Samples.Hopper, 9, 5) with { Outcome = (EpisodeOutcome)7 } },
        { "episode", () => default },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_refused_episode_leaves_the_arena_as_it_was_and_takes_its_companions_with_it(string field, Func<AgentEpisode> refused)
    {
        var arena = new StepArena(Samples.Hopper, 50, 41 * 72);
        for (var number = 0; number < 5; number++)
        {
            _ = arena.Append(new AgentEpisode(Samples.Numbered(number, 9), "a"));
        }

        var before = Bytes(arena);
        var statistics = arena.Statistics;
        var good = Samples.AgentEpisode(Samples.Hopper, 20, 3);

        Assert.Equal(field, Assert.Throws<InvalidExperienceException>(() => arena.Append(refused())).Field);
        Assert.Equal(field, Assert.Throws<InvalidExperienceException>(() => arena.Append([good, refused(), good])).Field);
        Assert.Equal(statistics, arena.Statistics);
        Assert.Equal(before, Bytes(arena));
        Assert.False(arena.Contains(good.Episode.Id));
    }

    [Fact]
    public void An_episode_larger_than_the_arena_names_both()
    {
        var message = Assert.Throws<InvalidExperienceException>(() => new StepArena(Samples.Hopper, 50).Append(Samples.AgentEpisode(Samples.Hopper, 9, 51))).Message;

        Assert.Equal("episode.length: expected at most the capacity of 50 steps but got 51.", message);
        Assert.Equal(50, new StepArena(Samples.Hopper, 50).Append(Samples.AgentEpisode(Samples.Hopper, 9, 50)).Stored * 50);
    }

    [Fact]
    public void Capacities_of_nothing_are_refused()
    {
        Assert.Equal("capacity_steps", Assert.Throws<InvalidExperienceException>(() => new StepArena(Samples.Hopper, 0)).Field);
        Assert.Equal("capacity_bytes", Assert.Throws<InvalidExperienceException>(() => new StepArena(Samples.Hopper, 1, 0)).Field);
        Assert.Equal("capacity_bytes", Assert.Throws<InvalidExperienceException>(() => new StepArena(Samples.Hopper, 1, StepArena.BytesOf(Samples.Hopper, 1) - 1)).Field);
        Assert.Equal(1, new StepArena(Samples.Hopper, 1, StepArena.BytesOf(Samples.Hopper, 1)).Append(Samples.AgentEpisode(Samples.Hopper, 1, 1)).Stored);
    }

    private static byte[] Bytes(StepArena arena)
    {
        var builder = new SafetensorsBuilder();
        arena.Save(builder);
        return builder.ToArray();
    }
}
