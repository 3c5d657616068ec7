using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client.Tests;

public sealed class CollectorTests
{
    [Fact]
    public void The_data_do_not_depend_on_threads_or_on_environments_per_thread()
    {
        var expected = Collect(new PolicyPieceOptions { Mode = ActMode.Explore, Noise = 0.3, Seed = 5, EnvironmentsPerThread = 1 }, 3000, threads: 1);
        foreach (var (threads, environments) in new[] { (1, 7), (2, 3), (5, 8) })
        {
            var actual = Collect(new PolicyPieceOptions { Mode = ActMode.Explore, Noise = 0.3, Seed = 5, EnvironmentsPerThread = environments }, 3000, threads);
            Assert.Equal(expected.Select(Fingerprint), actual.Select(Fingerprint));
        }
    }

    [Fact]
    public void Pieces_arrive_in_the_order_of_their_numbers_and_the_last_episode_is_cut_to_the_exact_number_of_steps()
    {
        var sink = new ListSink();
        var steps = Collector.Run(new PolicyPieces(() => new LineTask(), () => new LinePolicy()), sink, new CollectorOptions { Steps = 1001, ThreadCount = 3 });
        Assert.Equal(1001, steps);
        Assert.Equal(1001, sink.Episodes.Sum(episode => episode.Length));
        Assert.Equal(Enumerable.Range(0, sink.Pieces.Count).Select(number => (long)number), sink.Pieces.Select(piece => piece.Number));
        var whole = new ListSink();
        _ = Collector.Run(new PolicyPieces(() => new LineTask(), () => new LinePolicy()), whole, new CollectorOptions { Steps = 1001, ThreadCount = 2, MaxSteps = long.MaxValue });
        Assert.Equal(sink.Episodes.SkipLast(1).Select(Fingerprint), whole.Episodes.SkipLast(1).Select(Fingerprint));
        Assert.True(whole.Episodes.Sum(episode => episode.Length) >= 1001);
        var (cut, full) = (sink.Episodes[^1], whole.Episodes[^1]);
        Assert.Equal((EpisodeEnd.Truncated, true), (cut.End, cut.Length < full.Length));
        Assert.True(full.Observations.StartsWith(cut.Observations));
        Assert.True(full.Extra(0).StartsWith(cut.Extra(0)));
    }

    [Fact]
    public void A_step_keeps_the_state_before_it_and_the_action_that_the_policy_chose_there()
    {
        var episodes = Collect(new PolicyPieceOptions { Seed = 9 }, 300, threads: 2);
        foreach (var episode in episodes.SkipLast(1))
        {
            for (var step = 0; step < episode.Length; step++)
            {
                // The state kept beside a step is the one before it: the observation says the same in single precision.
                var observed = MemoryMarshal.Cast<byte, float>(episode.Observations)[(2 * step)..];
                Assert.Equal(observed[0], (float)MemoryMarshal.Cast<byte, double>(episode.Extra(0))[step]);
                Assert.Equal(observed[1], (float)MemoryMarshal.Cast<byte, double>(episode.Extra(1))[step]);
                Assert.Equal(observed[2], episode.Rewards[step]);
                Assert.Equal(Math.Clamp(0.5f - observed[0], -1, 1), MemoryMarshal.Cast<byte, float>(episode.Actions)[step]);
                Assert.Equal([2, -1], MemoryMarshal.Cast<byte, float>(episode.Extra(2))[(2 * step)..((2 * step) + 2)].ToArray());
                Assert.Equal(3, episode.PolicyVersions[step]);
            }

            var last = MemoryMarshal.Cast<byte, float>(episode.Observations)[^2];
            Assert.Equal(last > 1 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated, episode.End);
        }
    }

    [Fact]
    public void Noise_has_its_deviation_and_stays_in_the_box()
    {
        var actions = Collect(new PolicyPieceOptions { Noise = 0.25, Seed = 2 }, 20_000, threads: 2)
            .SelectMany(episode => MemoryMarshal.Cast<byte, float>(episode.Actions).ToArray().Zip(MemoryMarshal.Cast<byte, float>(episode.Observations).ToArray().Chunk(2), (action, observed) => (action, expected: 0.5f - observed[0])))
            .ToList();
        Assert.All(actions, pair => Assert.InRange(pair.action, -1, 1));

        // Where the box is far away, 4 deviations, the noise is as drawn; its variance is within 5 standard errors.
        var inner = actions.Where(pair => Math.Abs(pair.expected) <= 0.05).Select(pair => (double)pair.action - pair.expected).ToList();
        Assert.True(inner.Count > 500);
        Assert.InRange(inner.Average(noise => noise * noise), 0.0625 * (1 - (5 * Math.Sqrt(2.0 / inner.Count))), 0.0625 * (1 + (5 * Math.Sqrt(2.0 / inner.Count))));
    }

    [Fact]
    public void Log_probabilities_are_kept_exactly_where_actions_are_sampled_without_further_noise()
    {
        var source = new PolicyPieces(() => new LineTask(), () => new LinePolicy(), new PolicyPieceOptions { Mode = ActMode.Explore });
        Assert.Equal(["infos_qpos", "infos_qvel", "infos_goal", "infos_action_log_probs"], source.Spec.ExtraColumns.Select(column => column.Name));
        var episode = Collect(new PolicyPieceOptions { Mode = ActMode.Explore }, 100, threads: 1)[0];
        var (observed, action) = (MemoryMarshal.Cast<byte, float>(episode.Observations)[0], MemoryMarshal.Cast<byte, float>(episode.Actions)[0]);
        Assert.Equal(action - (0.5f - observed), MemoryMarshal.Cast<byte, float>(episode.Extra(3))[0], 1e-6f);
        Assert.Equal(3, new PolicyPieces(() => new LineTask(), () => new LinePolicy(), new PolicyPieceOptions { Mode = ActMode.Explore, Noise = 0.1 }).Spec.ExtraColumns.Length);
        Assert.Empty(new PolicyPieces(() => EnvironmentRegistry.Create("four-rooms"), () => new FakePolicy(1)).Spec.ExtraColumns);
    }

    [Fact]
    public void A_collection_goes_on_at_any_piece_as_if_it_had_never_stopped()
    {
        var options = new PolicyPieceOptions { Seed = 4, Noise = 0.1 };
        var whole = Collect(options, 2000, threads: 2);
        var first = new ListSink();
        var steps = Collector.Run(Source(options), first, new CollectorOptions { Steps = 700, MaxSteps = long.MaxValue });
        _ = Collector.Run(Source(options), first, new CollectorOptions { Steps = 2000 - steps, FirstPiece = first.Pieces.Count, ThreadCount = 2 });
        Assert.Equal(whole.Select(Fingerprint), first.Episodes.Select(Fingerprint));
    }

    [Fact]
    public void Ids_differ_between_families_and_collections()
    {
        Guid[] ids =
        [
            .. Ids(new PolicyPieceOptions()),
            .. Ids(new PolicyPieceOptions { Family = 1 }),
            .. Ids(new PolicyPieceOptions { RunId = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) }),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());

        static IEnumerable<Guid> Ids(PolicyPieceOptions options) => Collect(options, 500, threads: 1).Select(episode => episode.Id);
    }

    [Fact]
    public void No_worker_gets_further_ahead_of_the_reader_than_the_window()
    {
        var source = new CountingPieces();
        var sink = new ListSink { Written = piece => Assert.InRange(source.Begun, piece.Number + 1, piece.Number + 1 + (2 * 1 * 4)) };
        _ = Collector.Run(source, sink, new CollectorOptions { Steps = 500, ThreadCount = 2 });
        Assert.Equal(500, sink.Pieces.Count);
        Assert.True(source.Begun <= 500 + 2, $"{source.Begun} pieces were begun for 500 that were wanted.");
    }

    [Fact]
    public void An_error_of_a_thread_or_of_the_sink_ends_the_collection()
    {
        var source = new PolicyPieces(() => new LineTask(), () => new BrokenPolicy());
        Assert.Equal("broken", Assert.Throws<InvalidDataException>(() => Collector.Run(source, new ListSink(), new CollectorOptions { Steps = 10, ThreadCount = 2 })).Message);
        var sink = new ListSink { Written = piece => throw new IOException($"disk full at {piece.Number}") };
        Assert.Equal("disk full at 0", Assert.Throws<IOException>(() => Collector.Run(Source(new PolicyPieceOptions()), sink, new CollectorOptions { Steps = 1000, ThreadCount = 2 })).Message);
    }

    [Fact]
    public void A_cancelled_collection_keeps_what_was_written()
    {
        using var stop = new CancellationTokenSource();
        var sink = new ListSink();
        sink.Written = piece =>
        {
            if (piece.Number == 5)
            {
                stop.Cancel();
            }
        };
        Assert.Throws<OperationCanceledException>(() => Collector.Run(Source(new PolicyPieceOptions()), sink, new CollectorOptions { Steps = 1_000_000, ThreadCount = 2 }, stop.Token));
        Assert.Equal(6, sink.Pieces.Count);
    }

    [Fact]
    public void What_cannot_be_collected_is_refused_by_name()
    {
        AssertField("environment.max_episode_steps", () => new PolicyPieces(() => EnvironmentRegistry.Find("cliff-walking").Create(null), () => new FakePolicy(1)));
        AssertField("collection.noise", () => new PolicyPieces(() => EnvironmentRegistry.Create("four-rooms"), () => new FakePolicy(1), new PolicyPieceOptions { Noise = 0.1 }));
        AssertField("collection.noise", () => Source(new PolicyPieceOptions { Noise = -1 }));
        AssertField("collection.steps", () => Collector.Run(Source(new PolicyPieceOptions()), new ListSink(), new CollectorOptions { Steps = 0 }));
        AssertField("collection.max_steps", () => Collector.Run(Source(new PolicyPieceOptions()), new ListSink(), new CollectorOptions { Steps = 2, MaxSteps = 1 }));
        AssertField("collection.thread_count", () => Collector.Run(Source(new PolicyPieceOptions()), new ListSink(), new CollectorOptions { Steps = 1, ThreadCount = 0 }));

        static void AssertField(string field, Func<object> act) => Assert.Equal(field, Assert.Throws<InvalidExperienceException>(act).Field);
    }

    private static PolicyPieces Source(PolicyPieceOptions options) => new(() => new LineTask(), () => new LinePolicy(), options);

    private static List<Episode> Collect(PolicyPieceOptions options, long steps, int threads)
    {
        var sink = new ListSink();
        Assert.Equal(steps, Collector.Run(Source(options), sink, new CollectorOptions { Steps = steps, ThreadCount = threads }));
        return sink.Episodes;
    }

    private static string Fingerprint(Episode episode) => $"{episode.Id} {episode.End} {episode.Length} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(episode.Data.Span))}";

    private sealed class BrokenPolicy : IPolicy
    {
        public string Algorithm => "broken";

        public long Version => 0;

        public void Act(ReadOnlySpan<byte> observations, ActMode mode, Span<RandomStream> randoms, ActionBatch actions) => throw new InvalidDataException("broken");

        public void Dispose()
        {
            // It holds nothing.
        }
    }

    /// <summary>Pieces of one step that count how many were begun.</summary>
    private sealed class CountingPieces : IPieceSource
    {
        private int _begun;

        public int Begun => Volatile.Read(ref _begun);

        public ExperienceSpec Spec => Samples.Spec;

        public int PiecesPerWorker => 1;

        public IPieceWorker CreateWorker() => new Worker(this);

        private sealed class Worker(CountingPieces source) : IPieceWorker
        {
            public void Work(PieceQueue queue)
            {
                while (queue.WaitAndTake(out var number))
                {
                    Interlocked.Increment(ref source._begun);
                    queue.CountSteps(1);
                    queue.Finish(number, [Samples.Episode(1, (int)number)]);
                }
            }

            public void Dispose()
            {
                // It holds nothing.
            }
        }
    }
}

/// <summary>Keeps what a collection wrote.</summary>
internal sealed class ListSink : ICollectionSink
{
    public List<CollectedPiece> Pieces { get; } = [];

    public List<Episode> Episodes => [.. Pieces.SelectMany(piece => piece.Episodes)];

    public Action<CollectedPiece>? Written { get; set; }

    public void Write(CollectedPiece piece)
    {
        Pieces.Add(piece);
        Written?.Invoke(piece);
    }
}
