using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

public sealed class KeyTests
{
    public static TheoryData<string> Names => ["four-rooms", "a/b", "100 %", "..", "%2F", "Ünïcödé", "日本語", "😀 agent", "a+b", "#?&=", new('x', 200)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Keys_come_back_from_their_text(string name)
    {
        Assert.Equal(new MemoryShardKey(name, 17), MemoryShardKey.Parse(new MemoryShardKey(name, 17).ToString()));
        Assert.Equal(new AgentMemoryKey(name, name), AgentMemoryKey.Parse(new AgentMemoryKey(name, name).ToString()));
        Assert.Equal(new TrajectoryStoreKey(name, EpisodeOutcome.Failure), TrajectoryStoreKey.Parse(new TrajectoryStoreKey(name, EpisodeOutcome.Failure).ToString()));
    }

    [Fact]
    public void Random_names_come_back_and_different_ones_never_meet()
    {
        var random = new RandomStream(7);
        var seen = new Dictionary<string, (string, string)>();
        for (var i = 0; i < 2_000; i++)
        {
            var (memory, agent) = (RandomName(ref random), RandomName(ref random));
            var key = new AgentMemoryKey(memory, agent);
            Assert.Equal(key, AgentMemoryKey.Parse(key.ToString()));
            Assert.True(seen.TryAdd(key.ToString(), (memory, agent)) || seen[key.ToString()] == (memory, agent));
        }
    }

    [Theory]
    [InlineData("name")]
    [InlineData("name/")]
    [InlineData("/0")]
    [InlineData("name/x")]
    [InlineData("name/-1")]
    [InlineData("name/01")]
    [InlineData("name/0/1")]
    [InlineData("na me/0")]
    [InlineData("name/99999999999")]
    public void Text_that_is_no_shard_key_is_refused(string text)
    {
        Assert.False(MemoryShardKey.TryParse(text, out _));
        Assert.Equal("key", Assert.Throws<InvalidInputException>(() => MemoryShardKey.Parse(text)).Field);
    }

    [Theory]
    [InlineData("name/undecided")]
    [InlineData("name/SUCCESS")]
    [InlineData("success")]
    public void Text_that_is_no_store_key_is_refused(string text) => Assert.False(TrajectoryStoreKey.TryParse(text, out _));

    [Fact]
    public void Names_that_cannot_be_keys_are_refused_by_field()
    {
        Assert.Equal("memory.name", Assert.Throws<InvalidInputException>(() => new MemoryShardKey(" ", 0)).Field);
        Assert.Equal("memory.name", Assert.Throws<InvalidInputException>(() => new MemoryShardKey(new string('x', 201), 0)).Field);
        Assert.Equal("memory.name", Assert.Throws<InvalidInputException>(() => new MemoryShardKey("\ud800", 0)).Field);
        Assert.Equal("memory.shard", Assert.Throws<InvalidInputException>(() => new MemoryShardKey("m", -1)).Field);
        Assert.Equal("agent.id", Assert.Throws<InvalidInputException>(() => new AgentMemoryKey("m", "")).Field);
        Assert.Equal("episode.outcome", Assert.Throws<InvalidInputException>(() => new TrajectoryStoreKey("m", EpisodeOutcome.Undecided)).Field);
        Assert.Equal("spec.shard_count", Assert.Throws<InvalidInputException>(() => MemoryShardKey.ForAgent("m", "a", 0)).Field);
    }

    [Fact]
    public void Agents_are_spread_evenly_over_shards_and_always_alike()
    {
        const int Shards = 8;
        var counts = new int[Shards];
        for (var agent = 0; agent < 8_000; agent++)
        {
            counts[MemoryShardKey.ForAgent("m", $"agent-{agent}", Shards).Shard]++;
        }

        // Chi-square with 7 degrees of freedom: 24.3 is passed once in 1,000 draws.
        Assert.True(counts.Sum(count => Math.Pow(count - 1_000, 2) / 1_000) < 24.3, string.Join(", ", counts));

        // Computed apart from this code (FNV-1a of UTF-16 units, folded): a change of the rule would lose every agent's shard.
        Assert.Equal(GoldenShard, MemoryShardKey.ForAgent("m", "agent-0", 1_000).Shard);
    }

    private const int GoldenShard = 665;

    private static string RandomName(ref RandomStream random)
    {
        const string Alphabet = "ab/%.~ 2Fé漢";
        var name = new char[1 + random.NextInt32(3)];
        for (var i = 0; i < name.Length; i++)
        {
            name[i] = Alphabet[random.NextInt32(Alphabet.Length)];
        }

        return string.IsNullOrWhiteSpace(new string(name)) ? "x" : new string(name);
    }
}
