using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client.Tests;

/// <summary>The client against the grains themselves.</summary>
public sealed class HostedTests(GrainHost host) : IClassFixture<GrainHost>
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Agents_roll_out_into_a_memory_and_act_on_the_policies_published_meanwhile()
    {
        var client = new MemoryClient(host.Grains);
        var memory = await client.CreateMemoryAsync("roll-out", new MemorySpec(Samples.Spec) { ShardCount = 3, AgentCapacitySteps = 500 });
        var policy = host.Grains.GetPolicy("roll-out");
        await using var subscription = new PolicySubscription(host.Grains, "roll-out", [new FakePolicyFactory()]);
        await using var writer = new EpisodeWriter(memory, new EpisodeWriterOptions { CreditSteps = 1000, LedgerCapacity = 100_000 });
        var options = new RolloutOptions { AgentCount = 12, ThreadCount = 2, PartialEpisodes = PartialEpisodes.Finish };
        var worker = new RolloutWorker(Samples.Spec, _ => EnvironmentRegistry.Create("four-rooms"), writer, subscription, options);
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        for (var version = 1; version <= 3; version++)
        {
            await policy.PublishAsync(new PolicyBundle(version, "fake", DateTimeOffset.UtcNow, new Columns(ColumnsKind.Safetensors, 0, 1, FakePolicyFactory.Bundle(version))));
            await subscription.WaitForNewerAsync(version - 1).WaitAsync(Samples.Patience);
            var episodes = worker.Progress.Episodes;
            SpinWait.SpinUntil(() => worker.Progress.Episodes > episodes + 100 || running.IsCompleted, Samples.Patience);
        }

        await stop.CancelAsync();
        var result = await running.WaitAsync(Samples.Patience);
        var report = await writer.CompleteAsync().WaitAsync(Samples.Patience);
        Assert.True(report.IsComplete);
        Assert.Equal(result.Progress.Episodes, report.AcknowledgedEpisodes);
        Assert.True(result.Progress.ExplorerActions > 0);

        var statistics = await memory.GetStatisticsAsync();
        Assert.Equal((result.Progress.Episodes, result.Progress.Steps), (statistics.AppendedEpisodes, statistics.AppendedSteps));
        var success = await memory.Success.GetStatisticsAsync();
        Assert.Equal(result.Progress.Successes, success.AppendedEpisodes);
        var recent = await memory.GetRecentAsync("agent-7", 1000);
        Assert.NotEmpty(recent);
        Assert.All(recent, episode => Assert.Equal("agent-7", episode.AgentId));
        Assert.Equal(3, recent[^1].Episode.PolicyVersions[^1]);
        Assert.Empty(recent.Select(episode => episode.Episode.Id).Except(writer.AcknowledgedIds));

        var batch = await memory.SampleTransitionsAsync(512);
        Assert.Equal(512, batch.Count);
        Assert.Equal((64, 8), (await memory.SampleSequencesAsync(64, 8)) is { } sequences ? (sequences.Count, sequences.Length) : default);
        await foreach (var trajectory in memory.Success.EnumerateAsync())
        {
            Assert.Equal((1.0, EpisodeOutcome.Success), (trajectory.Episode.Return, trajectory.Outcome));
        }
    }

    [Fact]
    public async Task The_same_spec_again_opens_the_memory_and_another_is_refused()
    {
        var client = new MemoryClient(host.Grains);
        var spec = new MemorySpec(Samples.Spec) { CapacitySteps = 5000 };
        await client.CreateMemoryAsync("twice", spec);
        Assert.Equal(spec, (await client.CreateMemoryAsync("twice", spec)).Spec);
        Assert.Equal(spec, (await client.OpenMemoryAsync("twice")).Spec);
        await Assert.ThrowsAsync<MemorySpecMismatchException>(() => client.CreateMemoryAsync("twice", spec with { CapacitySteps = 6000 }));
        await Assert.ThrowsAsync<UnknownMemoryException>(() => client.OpenMemoryAsync("never created"));
        await Assert.ThrowsAsync<InvalidInputException>(() => client.OpenMemoryAsync(" "));
        await Assert.ThrowsAsync<InvalidExperienceException>(() => client.CreateMemoryAsync("bad", spec with { CapacitySteps = 0 }));
    }

    [Fact]
    public async Task Sampling_below_the_minimum_ends_at_the_deadline_with_the_reason()
    {
        var memory = await new MemoryClient(host.Grains).CreateMemoryAsync("minimum", new MemorySpec(Samples.Spec) { MinSizeToSample = 1000 });
        await memory.AppendAsync([Samples.Episode(100, 1), Samples.Episode(20, 2)], "agent");
        var error = await Assert.ThrowsAsync<MemoryTimeoutException>(() => memory.SampleTransitionsAsync(32, deadline: Short));
        Assert.Equal("sampling waits: 120 of 1000 steps inserted", error.Reason);
        Assert.EndsWith(" sampling waits: 120 of 1000 steps inserted.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Appending_past_what_is_unread_ends_at_the_deadline_with_the_reason_and_stores_nothing()
    {
        var memory = await new MemoryClient(host.Grains).CreateMemoryAsync("unread", new MemorySpec(Samples.Spec) { MaxUnreadSteps = 100, MaxEpisodeSteps = 100 });
        await memory.AppendAsync(Samples.Episode(90, 1));
        await memory.AppendAsync(Samples.Episode(10, 2));
        var error = await Assert.ThrowsAsync<MemoryTimeoutException>(() => memory.AppendAsync(Samples.Episode(50, 3), deadline: Short));
        Assert.StartsWith("appending waits: ", error.Reason, StringComparison.Ordinal);
        Assert.Equal(100, (await memory.GetStatisticsAsync()).AppendedSteps);
        Assert.Equal(2, (await memory.GetRecentAsync("agent", 10)).Count);
    }

    [Fact]
    public async Task Successes_and_failures_are_sampled_in_equal_numbers_whatever_their_stores_hold_and_uniformly_within_each()
    {
        const int Draws = 200;
        const int Count = 64;
        var memory = await new MemoryClient(host.Grains).CreateMemoryAsync("balanced", new MemorySpec(Samples.Spec) { FailureTailSteps = 0 });

        // An episode's observations are its number and those after it, so that each step of a store has one of its own: 16 against 100.
        await memory.AppendAsync([Samples.Episode(2, 1), Samples.Episode(5, 21), Samples.Episode(9, 41)], "agent");
        await memory.AppendAsync([.. Enumerable.Range(0, 5).Select(number => Samples.Episode(20, number * 20))], "agent");
        Assert.Equal((16, 100), ((await memory.Success.GetStatisticsAsync()).Steps, (await memory.Failure.GetStatisticsAsync()).Steps));
        var (successes, failures) = (new int[104], new int[104]);
        for (var draw = 0; draw < Draws; draw++)
        {
            var success = await memory.Success.SampleAsync(Count, (ulong)draw);
            var failure = await memory.Failure.SampleAsync(Count, (ulong)draw);
            Assert.Equal((Count, Count), (success.Count, failure.Count));
            Tally(success, successes);
            Tally(failure, failures);
        }

        // 99.9 %, over 15 and 99 degrees of freedom.
        AssertUniform(successes, 16, 37.70);
        AssertUniform(failures, 100, 148.23);

        static void Tally(TransitionBatch batch, int[] counts)
        {
            foreach (var observation in MemoryMarshal.Cast<byte, int>(batch.Observations))
            {
                counts[observation]++;
            }
        }

        static void AssertUniform(int[] counts, int steps, double most)
        {
            var expected = (double)Draws * Count / steps;
            Assert.Equal(steps, counts.Count(count => count > 0));
            var chiSquare = counts.Where(count => count > 0).Sum(count => Math.Pow(count - expected, 2) / expected);
            Assert.True(chiSquare < most, $"chi-square {chiSquare} over {steps - 1} degrees of freedom");
        }
    }

    [Fact]
    public async Task The_same_episode_again_is_stored_once()
    {
        var memory = await new MemoryClient(host.Grains).CreateMemoryAsync("again", new MemorySpec(Samples.Spec));
        Assert.Equal(new AppendResult(1, 0, null), await memory.AppendAsync(Samples.Episode(5, 1)));
        Assert.Equal(new AppendResult(0, 1, null), await memory.AppendAsync(Samples.Episode(5, 1)));
        Assert.Equal(1, (await memory.GetStatisticsAsync()).AppendedEpisodes);
    }
}
