using System.Collections.Concurrent;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;

namespace MemoryRL.Client.Tests;

public sealed class EpisodeWriterTests
{
    private readonly FakeGrains _grains = new();
    private readonly FakeStore _store = new();
    private readonly LogRecorder<EpisodeWriter> _log = new();

    public EpisodeWriterTests()
    {
        for (var agent = 0; agent < 16; agent++)
        {
            _grains.Add<IAgentMemoryGrain>(Samples.AgentKey($"agent-{agent}"), _store);
        }
    }

    [Fact]
    public async Task Every_episode_accepted_is_acknowledged_and_stored_once_in_its_agents_order()
    {
        await using var writer = await CreateAsync(new EpisodeWriterOptions { BatchEpisodes = 4, CreditSteps = 400, CreditEpisodes = 20 });
        const int Agents = 8;
        const int PerAgent = 200;
        var threads = Enumerable.Range(0, Agents).Select(agent => OnThread(() =>
        {
            for (var i = 0; i < PerAgent; i++)
            {
                writer.Write($"agent-{agent}", Samples.Episode(1 + (i % 7), (agent * PerAgent) + i));
            }
        })).ToArray();
        await Task.WhenAll(threads).WaitAsync(Samples.Patience);

        var report = await writer.CompleteAsync().WaitAsync(Samples.Patience);
        Assert.True(report.IsComplete);
        Assert.Equal(Agents * PerAgent, report.AcknowledgedEpisodes);
        Assert.Equal(Agents * PerAgent, _store.Stored.Count);
        foreach (var agent in _store.Stored.GroupBy(episode => episode.AgentId))
        {
            var ids = agent.Select(episode => BitConverter.ToInt32(episode.EpisodeId.ToByteArray())).ToList();
            Assert.Equal(PerAgent, ids.Count);
            Assert.Equal(ids.Order(), ids);
        }

        Assert.Equal(_store.Stored.Select(episode => episode.EpisodeId).Order(), writer.AcknowledgedIds.Order());
        var statistics = writer.Statistics;
        Assert.Equal((0, 0L, 0), (statistics.OutstandingEpisodes, statistics.OutstandingSteps, statistics.BlockedWrites));
        Assert.Equal(statistics.AcceptedSteps, statistics.AcknowledgedSteps);
    }

    [Fact]
    public async Task A_slow_memory_slows_the_writers_and_credit_is_never_exceeded()
    {
        const int CreditSteps = 50;
        await using var writer = await CreateAsync(new EpisodeWriterOptions { BatchEpisodes = 1, CreditSteps = CreditSteps, CreditEpisodes = 1000 });
        var answers = new BlockingCollection<TaskCompletionSource<string?>>();
        _store.Answer = (_, _) =>
        {
            var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            answers.Add(answer);
            return answer.Task;
        };
        var written = 0;
        const int PerAgent = 30;
        var writers = Enumerable.Range(0, 4).Select(agent => OnThread(() =>
        {
            for (var i = 0; i < PerAgent; i++)
            {
                writer.Write($"agent-{agent}", Samples.Episode(10, (agent * PerAgent) + i));
                Interlocked.Increment(ref written);
            }
        })).ToArray();
        for (var answered = 0; answered < 4 * PerAgent; answered++)
        {
            // The memory has answered so many calls, so at most that and the credit can have been accepted.
            var answer = Take(answers);
            var statistics = writer.Statistics;
            Assert.InRange(statistics.OutstandingSteps, 1, CreditSteps);
            Assert.InRange(Volatile.Read(ref written), 0, answered + (CreditSteps / 10));
            answer.SetResult(null);
        }

        await Task.WhenAll(writers).WaitAsync(Samples.Patience);
        Assert.True((await writer.CompleteAsync().WaitAsync(Samples.Patience)).IsComplete);
        Assert.InRange(_store.PeakUnanswered, 10, CreditSteps);
        Assert.Equal(4 * PerAgent, _store.Stored.Count);
    }

    [Fact]
    public async Task Without_credit_a_try_is_refused_and_a_write_waits_for_the_acknowledgement()
    {
        await using var writer = await CreateAsync(new EpisodeWriterOptions { BatchEpisodes = 1, CreditSteps = 10 });
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Answer = (_, call) => call == 1 ? answer.Task : Task.FromResult<string?>(null);
        Assert.True(writer.TryWrite("agent-0", Samples.Episode(8, 0)));
        Assert.False(writer.TryWrite("agent-1", Samples.Episode(3, 1)));
        var long1 = writer.WriteAsync("agent-1", Samples.Episode(3, 2));
        Assert.False(long1.IsCompleted);

        // Fairness: an episode that would still fit waits behind the one that does not.
        Assert.False(writer.TryWrite("agent-2", Samples.Episode(2, 3)));
        Assert.Equal(1, writer.Statistics.BlockedWrites);

        answer.SetResult(null);
        await long1.WaitAsync(Samples.Patience);
        Assert.True((await writer.FlushAsync().WaitAsync(Samples.Patience)).IsComplete);
        Assert.True(writer.TryWrite("agent-2", Samples.Episode(2, 3)));
    }

    [Fact]
    public async Task Credit_in_episodes_is_kept_too()
    {
        await using var writer = await CreateAsync(new EpisodeWriterOptions { BatchEpisodes = 1, CreditEpisodes = 2 });
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Answer = (_, _) => answer.Task;
        Assert.True(writer.TryWrite("agent-0", Samples.Episode(1, 0)));
        Assert.True(writer.TryWrite("agent-1", Samples.Episode(1, 1)));
        Assert.False(writer.TryWrite("agent-2", Samples.Episode(1, 2)));
        answer.SetResult(null);
        Assert.Equal(2, (await writer.FlushAsync().WaitAsync(Samples.Patience)).AcknowledgedEpisodes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_is_cancelled_while_it_waits_is_not_accepted(bool synchronous)
    {
        await using var writer = await CreateAsync(new EpisodeWriterOptions { BatchEpisodes = 1, CreditSteps = 10 });
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Answer = (_, _) => answer.Task;
        await writer.WriteAsync("agent-0", Samples.Episode(10, 0));
        using var cancellation = new CancellationTokenSource();
        var write = synchronous
            ? OnThread(() => writer.Write("agent-1", Samples.Episode(1, 1), cancellation.Token))
            : writer.WriteAsync("agent-1", Samples.Episode(1, 1), cancellation.Token);
        SpinWait.SpinUntil(() => writer.Statistics.BlockedWrites == 1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.WaitAsync(Samples.Patience));
        Assert.Equal(0, writer.Statistics.BlockedWrites);
        answer.SetResult(null);
        Assert.Equal(1, (await writer.CompleteAsync().WaitAsync(Samples.Patience)).AcknowledgedEpisodes);
        Assert.Single(_store.Stored);
    }

    [Fact]
    public async Task Episodes_of_an_agent_go_together_and_a_few_go_when_their_time_has_come()
    {
        var time = new ManualTime();
        var options = new EpisodeWriterOptions { BatchEpisodes = 3, FlushPeriod = TimeSpan.FromSeconds(1) };
        await using var writer = await CreateAsync(options, time);
        var calls = new BlockingCollection<AppendRequest>();
        _store.Before = (request, _) => calls.Add(request);

        for (var i = 0; i < 3; i++)
        {
            Assert.Empty(calls);
            await writer.WriteAsync("agent-0", Samples.Episode(1, i));
        }

        Assert.Equal(3, Take(calls).Episodes.Length);
        await writer.WriteAsync("agent-1", Samples.Episode(1, 10));
        time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Empty(calls);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("agent-1", Assert.Single(Take(calls).Episodes).AgentId);
    }

    [Fact]
    public async Task A_lost_acknowledgement_is_met_by_sending_the_same_episodes_again()
    {
        await using var writer = await CreateAsync(new EpisodeWriterOptions { BatchEpisodes = 2 });
        _store.Answer = (_, call) => call % 3 == 1 ? throw new TimeoutException("Response did not arrive on time.") : Task.FromResult<string?>(null);
        for (var i = 0; i < 20; i++)
        {
            await writer.WriteAsync("agent-0", Samples.Episode(2, i));
        }

        var report = await writer.CompleteAsync().WaitAsync(Samples.Patience);
        Assert.True(report.IsComplete);
        Assert.Equal(20, report.AcknowledgedEpisodes);
        Assert.Equal(20, _store.Stored.Count);
        var statistics = writer.Statistics;
        Assert.True(statistics.Retries > 0);
        Assert.True(statistics.DuplicateEpisodes > 0);
        Assert.Contains(_log.Lines, line => line is { Level: LogLevel.Warning, EventId: 6004 } && line.Text.Contains("Response did not arrive", StringComparison.Ordinal));
        Assert.Equal(20, writer.AcknowledgedIds.Distinct().Count());
    }

    [Fact]
    public async Task A_memory_that_asks_to_wait_is_asked_again_until_it_takes_the_episodes()
    {
        var time = new ManualTime();
        await using var writer = await CreateAsync(new EpisodeWriterOptions { BatchEpisodes = 1, MaxCallWait = TimeSpan.FromSeconds(2) }, time);
        var waits = new ConcurrentQueue<TimeSpan>();
        _store.Answer = (request, call) =>
        {
            waits.Enqueue(request.MaxWait);
            time.Advance(request.MaxWait);
            return Task.FromResult(call < 5 ? "5000 of 4096 steps unread" : null);
        };
        await writer.WriteAsync("agent-0", Samples.Episode(2));
        Assert.True((await writer.FlushAsync().WaitAsync(Samples.Patience)).IsComplete);
        Assert.Equal(4, writer.Statistics.Retries);
        Assert.Null(writer.Statistics.WaitReason);
        Assert.All(waits, wait => Assert.Equal(TimeSpan.FromSeconds(2), wait));
        Assert.Equal([(LogLevel.Debug, 6002, "Append to memory test memory waits: 5000 of 4096 steps unread")], _log.Lines);
    }

    [Fact]
    public async Task An_append_past_its_deadline_fails_the_writer_with_the_reason()
    {
        var time = new ManualTime();
        var options = new EpisodeWriterOptions { BatchEpisodes = 1, AppendDeadline = TimeSpan.FromSeconds(10), MaxCallWait = TimeSpan.FromSeconds(4) };
        await using var writer = await CreateAsync(options, time);
        _store.Answer = (request, _) =>
        {
            time.Advance(request.MaxWait);
            return Task.FromResult<string?>("5000 of 4096 steps unread");
        };
        var episode = Samples.Episode(2);
        await writer.WriteAsync("agent-0", episode);
        var report = await writer.FlushAsync().WaitAsync(Samples.Patience);
        var lost = Assert.Single(report.Unacknowledged);
        Assert.Equal((episode.Id, "agent-0"), (lost.EpisodeId, lost.AgentId));
        Assert.Equal("Memory 'test memory' gave no answer within 10 s. appending waits: 5000 of 4096 steps unread.", lost.Reason);
        var error = Assert.Throws<EpisodeWriteException>(() => writer.Write("agent-0", Samples.Episode(2, 1)));
        Assert.IsType<MemoryTimeoutException>(error.InnerException);
        Assert.Equal(0, writer.Statistics.OutstandingSteps);
    }

    [Fact]
    public async Task A_refused_episode_fails_the_writer_and_those_that_wait()
    {
        await using var writer = await CreateAsync(new EpisodeWriterOptions { BatchEpisodes = 1, CreditSteps = 4 });
        var refuse = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Answer = (_, _) => refuse.Task;
        await writer.WriteAsync("agent-0", Samples.Episode(4));
        var waiting = writer.WriteAsync("agent-1", Samples.Episode(2, 1));
        refuse.SetException(new InvalidInputException("episode.length", "at most 3 steps", "4"));
        var error = await Assert.ThrowsAsync<EpisodeWriteException>(() => waiting.WaitAsync(Samples.Patience));
        Assert.IsType<InvalidInputException>(error.InnerException);
        Assert.Contains("episode.length: expected at most 3 steps but got 4.", error.Message, StringComparison.Ordinal);
        Assert.Single((await writer.CompleteAsync().WaitAsync(Samples.Patience)).Unacknowledged);
        Assert.Single(_store.Requests);
    }

    [Fact]
    public async Task Completing_reports_what_was_not_acknowledged_in_time_and_nothing_is_taken_after()
    {
        var writer = await CreateAsync(new EpisodeWriterOptions { BatchEpisodes = 2 });
        var sent = new TaskCompletionSource();
        var never = new TaskCompletionSource<string?>();
        _store.Before = (_, _) => sent.TrySetResult();
        _store.Answer = (request, _) => request.Episodes[0].AgentId == "agent-0" ? Task.FromResult<string?>(null) : never.Task;
        await writer.WriteAsync("agent-0", Samples.Episode(1, 0));
        Assert.True((await writer.FlushAsync().WaitAsync(Samples.Patience)).IsComplete);
        for (var i = 1; i <= 5; i++)
        {
            await writer.WriteAsync("agent-1", Samples.Episode(1, i));
        }

        await sent.Task.WaitAsync(Samples.Patience);
        using var cancellation = new CancellationTokenSource();
        var completing = writer.CompleteAsync(cancellation.Token);
        Assert.Throws<InvalidOperationException>(() => writer.TryWrite("agent-0", Samples.Episode(1, 9)));
        await cancellation.CancelAsync();
        var report = await completing.WaitAsync(Samples.Patience);
        Assert.Equal(1, report.AcknowledgedEpisodes);
        Assert.Equal(Enumerable.Range(1, 5).Select(i => Samples.Episode(1, i).Id).Order(), report.Unacknowledged.Select(episode => episode.EpisodeId).Order());
        await writer.DisposeAsync();
    }

    [Fact]
    public async Task The_ledger_keeps_the_newest_ids()
    {
        await using var writer = await CreateAsync(new EpisodeWriterOptions { BatchEpisodes = 1, LedgerCapacity = 3 });
        for (var i = 0; i < 10; i++)
        {
            await writer.WriteAsync("agent-0", Samples.Episode(1, i));
        }

        await writer.FlushAsync().WaitAsync(Samples.Patience);
        Assert.Equal(Enumerable.Range(7, 3).Select(i => Samples.Episode(1, i).Id), writer.AcknowledgedIds);
    }

    [Fact]
    public async Task Episodes_that_can_never_be_sent_are_refused_at_once()
    {
        await using var writer = await CreateAsync(new EpisodeWriterOptions { CreditSteps = 5 });
        var error = Assert.Throws<InvalidExperienceException>(() => writer.Write("agent-0", Samples.Episode(6)));
        Assert.Equal("episode.length: expected at most writer.credit_steps, 5 but got 6.", error.Message);
        var other = Samples.Spec with { ExtraColumns = [] };
        var foreign = Episode.Create(other, Guid.NewGuid(), EpisodeEnd.Terminated, new byte[8], new byte[4], [0f]);
        Assert.Equal("episode.spec", Assert.Throws<InvalidExperienceException>(() => writer.TryWrite("agent-0", foreign)).Field);
        Assert.Throws<InvalidInputException>(() => writer.TryWrite("", Samples.Episode(1)));
        Assert.Equal(0, writer.Statistics.AcceptedEpisodes);
    }

    [Fact]
    public async Task A_call_carries_no_more_steps_than_allowed_but_for_one_long_episode()
    {
        var options = new EpisodeWriterOptions { BatchSteps = 10, FlushPeriod = TimeSpan.FromSeconds(1) };
        await using var writer = await CreateAsync(options, new ManualTime());
        var calls = new BlockingCollection<AppendRequest>();
        _store.Before = (request, _) => calls.Add(request);
        var number = 0;
        foreach (var length in (int[])[4, 4, 4, 25, 10])
        {
            await writer.WriteAsync("agent-0", Samples.Episode(length, number++));
        }

        Assert.True((await writer.CompleteAsync().WaitAsync(Samples.Patience)).IsComplete);
        calls.CompleteAdding();
        var lengths = calls.Select(call => call.Episodes.Select(episode => episode.Steps.Count).ToArray()).ToArray();
        Assert.Equal([4, 4, 4, 25, 10], lengths.SelectMany(static call => call));
        Assert.Equal([4, 4], lengths[0]);
        Assert.All(lengths, call => Assert.True(call.Length == 1 || call.Sum() <= 10));
    }

    [Theory]
    [InlineData("writer.credit_steps")]
    [InlineData("writer.credit_episodes")]
    [InlineData("writer.batch_episodes")]
    [InlineData("writer.batch_steps")]
    [InlineData("writer.flush_period")]
    [InlineData("writer.append_deadline")]
    [InlineData("writer.max_call_wait")]
    [InlineData("writer.dispose_deadline")]
    [InlineData("writer.ledger_capacity")]
    public void Options_that_are_not_allowed_are_refused_by_key(string key)
    {
        var options = key switch
        {
            "writer.credit_steps" => new EpisodeWriterOptions { CreditSteps = 0 },
            "writer.credit_episodes" => new EpisodeWriterOptions { CreditEpisodes = 0 },
            "writer.batch_episodes" => new EpisodeWriterOptions { BatchEpisodes = 0 },
            "writer.batch_steps" => new EpisodeWriterOptions { BatchSteps = 0 },
            "writer.flush_period" => new EpisodeWriterOptions { FlushPeriod = TimeSpan.Zero },
            "writer.append_deadline" => new EpisodeWriterOptions { AppendDeadline = TimeSpan.FromSeconds(-1) },
            "writer.max_call_wait" => new EpisodeWriterOptions { MaxCallWait = TimeSpan.Zero },
            "writer.dispose_deadline" => new EpisodeWriterOptions { DisposeDeadline = TimeSpan.FromSeconds(-1) },
            _ => new EpisodeWriterOptions { LedgerCapacity = -1 },
        };
        Assert.Equal(key, Assert.Throws<InvalidExperienceException>(options.Validate).Field);
    }

    private static Task OnThread(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static T Take<T>(BlockingCollection<T> items) =>
        items.TryTake(out var item, Samples.Patience) ? item : throw new TimeoutException("Expected another call of the store.");

    private async Task<EpisodeWriter> CreateAsync(EpisodeWriterOptions options, TimeProvider? time = null) =>
        new(await Samples.OpenAsync(_grains), options, time, _log);
}
