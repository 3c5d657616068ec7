using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Environments.Tests;

public sealed class VectorEnvironmentTests
{
    private const int Count = 7;
    private const ulong Seed = 21;

    [Theory]
    [InlineData("cart-pole")]
    [InlineData("pendulum")]
    [InlineData("four-rooms")]
    [InlineData("mini-grid-four-rooms")]
    public void One_two_and_three_threads_and_a_plain_loop_give_the_same_bits(string name)
    {
        var expected = RecordLoop(name, steps: 250);
        for (var threads = 1; threads <= 3; threads++)
        {
            using var vector = new VectorEnvironment(_ => EnvironmentRegistry.Create(name), Count, threads, Seed);
            Assert.Equal(threads, vector.ThreadCount);
            var record = new List<string>();
            var (actions, randoms) = Actions(vector.Spec);
            vector.Reset();
            record.Add(Convert.ToHexString(vector.Observations));
            for (var step = 0; step < 250; step++)
            {
                Fill(vector.Spec, actions, randoms);
                vector.Step(actions);
                record.Add(Row(vector));
            }

            Assert.Equal(expected, record);
        }
    }

    [Fact]
    public void A_step_that_ends_an_episode_keeps_its_last_observation_and_shows_the_first_of_the_next()
    {
        // Up and down from the start of a cliff: with a limit of 3, the third observation is the start again or the cell above.
        using var vector = new VectorEnvironment(_ => EnvironmentRegistry.Find("cliff-walking-sparse").Create(3), 2, 2, Seed);
        vector.Reset();
        Assert.Equal([CliffWalking.Start, CliffWalking.Start], Indices(vector.Observations));

        // Up for one, into the cliff for the other.
        vector.Step(Choices(0, 1));
        Assert.Equal([false, true], vector.Terminated.ToArray());
        Assert.Equal([false, false], vector.Truncated.ToArray());
        Assert.Equal([false, true], vector.Ended.ToArray());
        Assert.Equal(CliffWalking.Start + 1, Indices(vector.FinalObservations)[1]);
        Assert.Equal([CliffWalking.Start - 12, CliffWalking.Start], Indices(vector.Observations));

        vector.Step(Choices(0, 0));
        Assert.Equal([false, false], vector.Ended.ToArray());
        vector.Step(Choices(0, 0));
        Assert.Equal([false, false], vector.Terminated.ToArray());
        Assert.Equal([true, false], vector.Truncated.ToArray());
        Assert.Equal([true, false], vector.Ended.ToArray());
        Assert.Equal(0, Indices(vector.FinalObservations)[0]);
        Assert.Equal([CliffWalking.Start, CliffWalking.Start - 24], Indices(vector.Observations));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_step_allocates_nothing_in_its_callers_thread(int threads)
    {
        using var vector = new VectorEnvironment(_ => EnvironmentRegistry.Create("cart-pole"), 16, threads, Seed);
        var actions = new byte[16 * 4];
        vector.Reset();
        Run(2000);
        Assert.Equal(0, AllocationRounds.LeastOf(() => Run(1000)));

        void Run(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                vector.Step(actions);
            }
        }
    }

    [Fact]
    public void A_worker_allocates_nothing_either()
    {
        using var vector = new VectorEnvironment(index => new AllocationProbe(index), 2, 2, Seed);
        var actions = new byte[8];
        vector.Reset();
        for (var step = 0; step < 5000; step++)
        {
            vector.Step(actions);
        }

        Assert.All(vector.Environments, environment => Assert.Equal(0, ((AllocationProbe)environment).Allocations.Least));
        Assert.NotEqual(((AllocationProbe)vector.Environments[0]).Thread, ((AllocationProbe)vector.Environments[1]).Thread);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_first_environment_that_fails_is_named_and_the_others_are_stepped(int threads)
    {
        using var vector = new VectorEnvironment(_ => EnvironmentRegistry.Create("cliff-walking"), Count, threads, Seed);
        vector.Reset();
        var error = Assert.Throws<VectorEnvironmentException>(() => vector.Step(Choices(0, 0, 9, 0, 0, -1, 0)));
        Assert.Equal((2, "cliff-walking"), (error.Index, error.Task));
        Assert.IsType<InvalidExperienceException>(error.InnerException);
        Assert.Equal("Environment 2 of 'cliff-walking': action: expected one of 0 to 3 but got 9.", error.Message);
        Assert.Equal([24, 24, 36, 24, 24, 36, 24], Indices(vector.Observations));

        Assert.Throws<InvalidOperationException>(() => vector.Step(Choices(0, 0, 0, 0, 0, 0, 0)));
        vector.Reset();
        vector.Step(Choices(0, 0, 0, 0, 0, 0, 0));
        Assert.Equal(Enumerable.Repeat(24, Count), Indices(vector.Observations));
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Equal("vector.count", Assert.Throws<InvalidExperienceException>(() => new VectorEnvironment(_ => new FourRooms(), 0)).Field);
        Assert.Equal("vector.thread_count", Assert.Throws<InvalidExperienceException>(() => new VectorEnvironment(_ => new FourRooms(), 1, 0)).Field);
        Assert.Equal("environments[1].observation", Assert.Throws<InvalidExperienceException>(() => new VectorEnvironment(index => index == 0 ? new FourRooms() : new DarkChamber(), 2)).Field);

        var vector = new VectorEnvironment(_ => EnvironmentRegistry.Create("four-rooms"), 3, 8);
        Assert.Equal(3, vector.ThreadCount);
        Assert.Throws<InvalidOperationException>(() => vector.Step(Choices(0, 0, 0)));
        vector.Reset();
        Assert.Equal("actions", Assert.Throws<InvalidExperienceException>(() => vector.Step(Choices(0, 0))).Field);
        vector.Dispose();
        vector.Dispose();
        Assert.Throws<ObjectDisposedException>(vector.Reset);
    }

    [Fact]
    public void Another_seed_gives_other_episodes_and_the_same_seed_the_same_again()
    {
        using var vector = new VectorEnvironment(_ => EnvironmentRegistry.Create("cart-pole"), Count, 2, Seed);
        vector.Reset();
        var first = vector.Observations.ToArray();
        vector.Reset();
        Assert.NotEqual(first, vector.Observations.ToArray());
        vector.Seed(Seed + 1);
        vector.Reset();
        Assert.NotEqual(first, vector.Observations.ToArray());
        vector.Seed(Seed);
        vector.Reset();
        Assert.Equal(first, vector.Observations.ToArray());
        Assert.Equal(Count, first.Chunk(16).Select(Convert.ToHexString).Distinct().Count());
    }

    // What a step of the vector shows; final observations only where they count.
    private static string Row(VectorEnvironment vector)
    {
        var bytes = vector.FinalObservations.Length / vector.Count;
        var finals = Enumerable.Range(0, vector.Count).Select(index => vector.Ended[index] ? Convert.ToHexString(vector.FinalObservations.Slice(index * bytes, bytes)) : "-");
        return $"{Convert.ToHexString(vector.Observations)} {string.Join(',', finals)} {string.Join(',', vector.Rewards.ToArray())} {string.Join(',', vector.Terminated.ToArray())} {string.Join(',', vector.Truncated.ToArray())}";
    }

    // The same episodes by nothing but the environments' own door, one environment after the other.
    private static List<string> RecordLoop(string name, int steps)
    {
        var spec = EnvironmentRegistry.Find(name).Spec;
        var environments = Enumerable.Range(0, Count).Select(_ => EnvironmentRegistry.Create(name)).ToList();
        var (actions, randoms) = Actions(spec);
        var actionBytes = spec.Experience.Action.ByteCount;
        var observations = new byte[Count][];
        for (var index = 0; index < Count; index++)
        {
            environments[index].Seed(new RandomStream(Seed, (ulong)index));
            observations[index] = new byte[spec.Experience.Observation.ByteCount];
            environments[index].Reset(observations[index]);
        }

        var record = new List<string> { string.Concat(observations.Select(Convert.ToHexString)) };
        for (var step = 0; step < steps; step++)
        {
            Fill(spec, actions, randoms);
            var (results, finals) = (new StepResult[Count], Enumerable.Repeat("-", Count).ToArray());
            for (var index = 0; index < Count; index++)
            {
                results[index] = environments[index].Step(actions.AsSpan(index * actionBytes, actionBytes), observations[index]);
                if (results[index].Terminated || results[index].Truncated)
                {
                    finals[index] = Convert.ToHexString(observations[index]);
                    environments[index].Reset(observations[index]);
                }
            }

            record.Add($"{string.Concat(observations.Select(Convert.ToHexString))} {string.Join(',', finals)} {string.Join(',', results.Select(result => result.Reward))} {string.Join(',', results.Select(result => result.Terminated))} {string.Join(',', results.Select(result => result.Truncated))}");
        }

        return record;
    }

    private static (byte[] Actions, RandomStream[] Randoms) Actions(EnvironmentSpec spec) =>
        (new byte[Count * spec.Experience.Action.ByteCount], [.. Enumerable.Range(0, Count).Select(index => new RandomStream(99, (ulong)index))]);

    private static void Fill(EnvironmentSpec spec, byte[] actions, RandomStream[] randoms)
    {
        var bytes = spec.Experience.Action.ByteCount;
        for (var index = 0; index < randoms.Length; index++)
        {
            spec.Experience.Action.Fill(actions.AsSpan(index * bytes, bytes), ref randoms[index]);
        }
    }

    private static byte[] Choices(params int[] choices) => [.. choices.SelectMany(BitConverter.GetBytes)];

    private static int[] Indices(ReadOnlySpan<byte> observations) => [.. observations.ToArray().Chunk(4).Select(bytes => BitConverter.ToInt32(bytes))];

    /// <summary>An endless task that looks at what its thread allocates.</summary>
    private sealed class AllocationProbe(int index) : IEnvironment
    {
        public EnvironmentSpec Spec { get; } = new($"probe-{index}", new ExperienceSpec(new DiscreteSpace(2), new DiscreteSpace(2)));

        public AllocationRounds Allocations { get; } = new(1000);

        public int Thread { get; private set; }

        public void Seed(RandomStream random)
        {
            // Nothing here is random.
        }

        public void Reset(Span<byte> observation) => observation.Clear();

        public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
        {
            Thread = Environment.CurrentManagedThreadId;
            Allocations.Next();
            return default;
        }
    }
}
