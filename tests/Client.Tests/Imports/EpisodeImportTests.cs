using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Datasets;

namespace MemoryRL.Client.Tests;

public sealed class EpisodeImportTests(GrainHost host) : IClassFixture<GrainHost>
{
    private static readonly ExperienceSpec Spec = new(new BoxSpace(2), new BoxSpace(1, -1, 1));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 50)]
    [InlineData(4, 100_000)]
    public async Task Episodes_come_back_in_the_order_in_which_they_were_imported(int shards, long batchSteps)
    {
        var memory = await CreateAsync($"order {shards}", shards);
        var reports = new List<EpisodeImportResult>();
        var result = await EpisodeImport.RunAsync(memory, new Source(Episodes(200)), new EpisodeImportOptions { BatchSteps = batchSteps, AgentId = "recorder" }, new Report(reports.Add));

        var steps = Episodes(200).Sum(episode => (long)episode.Length);
        Assert.Equal(new EpisodeImportResult(200, steps, 0), result);
        Assert.Equal(result, reports[^1]);
        Assert.Equal((200, steps), (await memory.GetStatisticsAsync()) is { } statistics ? (statistics.Episodes, statistics.Steps) : default);
        var expected = Episodes(200).ToList();
        var index = 0;
        await foreach (var held in memory.EnumerateAsync())
        {
            Assert.Equal("recorder", held.AgentId);
            Assert.Equal(expected[index].Id, held.Episode.Id);
            Assert.Equal(expected[index].End, held.Episode.End);
            Assert.True(expected[index].Data.Span.SequenceEqual(held.Episode.Data.Span));
            Assert.Equal(expected[index].Return > 0 ? EpisodeOutcome.Success : EpisodeOutcome.Failure, held.Outcome);
            index++;
        }

        Assert.Equal(200, index);
        Assert.Equal(expected.Count(episode => episode.Return > 0), (await memory.Success.GetStatisticsAsync()).AppendedEpisodes);
    }

    [Fact]
    public async Task Importing_again_changes_nothing()
    {
        var memory = await CreateAsync("again", 2);
        _ = await EpisodeImport.RunAsync(memory, new Source(Episodes(50)));
        var before = await memory.GetStatisticsAsync();
        Assert.Equal(50, (await EpisodeImport.RunAsync(memory, new Source(Episodes(50)))).Duplicates);
        Assert.Equal(before, await memory.GetStatisticsAsync());
    }

    [Fact]
    public async Task An_error_of_the_source_reaches_the_caller_after_the_last_call_and_deleting_leaves_nothing()
    {
        var memory = await CreateAsync("broken", 2);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => EpisodeImport.RunAsync(memory, new Source(Broken()), new EpisodeImportOptions { BatchSteps = 10 }));
        Assert.Equal("row 17", error.Message);
        await new MemoryClient(host.Grains).DeleteMemoryAsync("broken");
        Assert.Equal(0, (await (await CreateAsync("broken", 1)).GetStatisticsAsync()).Episodes);

        static IEnumerable<Episode> Broken()
        {
            foreach (var episode in Episodes(20))
            {
                yield return episode;
            }

            throw new InvalidDataException("row 17");
        }
    }

    [Fact]
    public async Task Episodes_of_another_spec_are_refused()
    {
        var memory = await CreateAsync("spec", 1);
        var other = Episode.Create(new ExperienceSpec(new BoxSpace(1), new BoxSpace(1, -1, 1)), Guid.NewGuid(), EpisodeEnd.Terminated, new byte[8], new byte[4], [1f]);
        Assert.Equal("episode.spec", (await Assert.ThrowsAsync<InvalidExperienceException>(() => EpisodeImport.RunAsync(memory, new Source([other])))).Field);
    }

    private Task<ExperienceMemory> CreateAsync(string name, int shards) =>
        new MemoryClient(host.Grains).CreateMemoryAsync(name, new MemorySpec(Spec) { ShardCount = shards, CapacitySteps = 100_000 });

    private static IEnumerable<Episode> Episodes(int count)
    {
        var random = new RandomStream(5);
        for (var number = 1; number <= count; number++)
        {
            var length = 1 + random.NextInt32(30);
            var (observations, actions, rewards) = (new float[(length + 1) * 2], new float[length], new float[length]);
            foreach (ref var value in observations.AsSpan())
            {
                value = random.NextSingle();
            }

            rewards.AsSpan().Fill(random.NextSingle() - 0.5f);
            var end = number % 3 == 0 ? EpisodeEnd.Truncated : EpisodeEnd.Terminated;
            yield return Episode.Create(Spec, new Guid(number, 0, 0, new byte[8]), end, MemoryMarshal.AsBytes(observations.AsSpan()), MemoryMarshal.AsBytes(actions.AsSpan()), rewards);
        }
    }

    private sealed class Source(IEnumerable<Episode> episodes) : IEpisodeSource
    {
        public ExperienceSpec Spec => EpisodeImportTests.Spec;

        public long StepCount => 3000;

        public IEnumerable<Episode> ReadEpisodes() => episodes;

        public void Dispose()
        {
        }
    }

    private sealed class Report(Action<EpisodeImportResult> told) : IProgress<EpisodeImportResult>
    {
        void IProgress<EpisodeImportResult>.Report(EpisodeImportResult value) => told(value);
    }
}
