using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

public sealed class ContractTests
{
    public static TheoryData<string> Names => [.. EnvironmentRegistry.Names];

    [Fact]
    public void The_registry_knows_the_tasks_by_name() =>
        Assert.Equal("cliff-walking, cliff-walking-sparse, dark-chamber, four-rooms", string.Join(", ", EnvironmentRegistry.Names));

    [Fact]
    public void An_unknown_task_is_refused_with_the_names_that_there_are()
    {
        var error = Assert.Throws<InvalidExperienceException>(() => EnvironmentRegistry.Find("four-doors"));
        Assert.Equal("environment: expected one of cliff-walking, cliff-walking-sparse, dark-chamber, four-rooms but got 'four-doors'.", error.Message);
    }

    [Theory]
    [InlineData("four-rooms", 50)]
    [InlineData("cliff-walking", 200)]
    [InlineData("cliff-walking-sparse", 100)]
    [InlineData("dark-chamber", 40)]
    public void A_task_cuts_its_episodes_at_its_limit(string name, int limit)
    {
        var environment = EnvironmentRegistry.Create(name);
        Assert.Equal(limit, environment.Spec.MaxEpisodeSteps);
        Assert.Equal(limit, CountStepsAgainstTheWall(environment));
        Assert.Equal(7, CountStepsAgainstTheWall(EnvironmentRegistry.Find(name).Create(7)));
    }

    [Fact]
    public void An_episode_that_ends_the_task_at_the_last_step_allowed_is_terminated_and_not_truncated()
    {
        var environment = EnvironmentRegistry.Find("cliff-walking-sparse").Create(1);
        environment.ResetToIndex();
        Assert.Equal(new StepResult(0, Terminated: true, Truncated: false), environment.StepIndex(1).Result);
        environment.ResetToIndex();
        Assert.Equal(new StepResult(0, Terminated: false, Truncated: true), environment.StepIndex(0).Result);
    }

    [Fact]
    public void A_truncated_episode_of_cliff_walking_is_no_success_whatever_the_limit()
    {
        foreach (var limit in new[] { 1, 13, 30, 50, 51, 200 })
        {
            var spec = EnvironmentRegistry.Find("cliff-walking").SpecWith(limit);
            Assert.False(spec.IsSuccess(-limit), $"limit {limit}");
            Assert.Equal(limit > 13, spec.IsSuccess(-13));
        }
    }

    [Fact]
    public void Another_limit_leaves_the_random_policys_success_open()
    {
        Assert.Null(EnvironmentRegistry.Find("four-rooms").SpecWith(100).RandomSuccess);
        Assert.NotNull(EnvironmentRegistry.Find("four-rooms").SpecWith(50).RandomSuccess);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_before_the_first_reset_or_after_the_end_is_refused(string name)
    {
        foreach (var environment in new[] { EnvironmentRegistry.Create(name), EnvironmentRegistry.Find(name).Create(null) })
        {
            var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
            Assert.Throws<InvalidOperationException>(() => environment.Step(new byte[4], observation));
            if (environment.Spec.MaxEpisodeSteps is not null)
            {
                CountStepsAgainstTheWall(environment);
                Assert.Throws<InvalidOperationException>(() => environment.Step(new byte[4], observation));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_action_outside_its_space_is_refused_and_the_episode_stays_where_it_was(string name)
    {
        var environment = EnvironmentRegistry.Find(name).Create(3);
        var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
        environment.Reset(observation);
        var before = observation.ToArray();
        foreach (var action in new[] { -1, 4, int.MaxValue, int.MinValue })
        {
            var error = Assert.Throws<InvalidExperienceException>(() => environment.Step(BitConverter.GetBytes(action), observation));
            Assert.Equal(("action", "one of 0 to 3"), (error.Field, error.Expected));
        }

        Assert.Equal(before, observation);
        for (var step = 0; step < 3; step++)
        {
            Assert.Equal(step == 2, environment.Step(new byte[4], observation).Truncated);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Buffers_that_are_too_short_are_refused(string name)
    {
        var environment = EnvironmentRegistry.Create(name);
        var length = environment.Spec.Experience.Observation.ByteCount;
        Assert.ThrowsAny<ArgumentException>(() => environment.Reset(new byte[length - 1]));
        environment.Reset(new byte[length]);
        Assert.ThrowsAny<ArgumentException>(() => environment.Step(new byte[3], new byte[length]));
        Assert.ThrowsAny<ArgumentException>(() => environment.Step(new byte[4], new byte[length - 1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_limit_below_one_is_refused(int limit)
    {
        var error = Assert.Throws<InvalidExperienceException>(() => EnvironmentRegistry.Find("four-rooms").Create(limit));
        Assert.Equal("environment.max_episode_steps", error.Field);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_allocates_nothing(string name)
    {
        var environment = EnvironmentRegistry.Create(name);
        var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
        var action = new byte[4];
        var random = new RandomStream(1);
        Run(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int steps)
        {
            var ended = true;
            for (var step = 0; step < steps; step++)
            {
                if (ended)
                {
                    environment.Reset(observation);
                }

                action[0] = (byte)random.NextInt32(4);
                var result = environment.Step(action, observation);
                ended = result.Terminated || result.Truncated;
            }
        }
    }

    // Up is into the upper wall for every task before long, and never ends one of them.
    private static int CountStepsAgainstTheWall(IEnvironment environment)
    {
        var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
        var up = new byte[4];
        for (var attempt = 0; attempt < 100; attempt++)
        {
            environment.Reset(observation);
            var (steps, result) = (0, default(StepResult));
            while (result is { Terminated: false, Truncated: false })
            {
                result = environment.Step(up, observation);
                steps++;
            }

            if (result.Truncated)
            {
                return steps;
            }
        }

        throw new InvalidOperationException("Expected an episode that is cut.");
    }
}
