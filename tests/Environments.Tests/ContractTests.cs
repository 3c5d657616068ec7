using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Environments.Tests;

/// <summary>What every task keeps to, whatever its spaces.</summary>
public sealed class ContractTests
{
    /// <summary>The tasks that can be made on this machine; <see cref="RegistryTests.Every_task_can_be_made"/> says which cannot.</summary>
    public static TheoryData<string> Names => [.. EnvironmentRegistry.Names.Where(name => EnvironmentRegistry.Find(name).UnavailableReason is null)];

    [Theory]
    [InlineData("four-rooms", 50)]
    [InlineData("cliff-walking", 200)]
    [InlineData("cliff-walking-sparse", 100)]
    [InlineData("dark-chamber", 40)]
    [InlineData("key-door-rooms", 300)]
    [InlineData("mini-grid-four-rooms", 100)]
    [InlineData("mountain-car", 200)]
    [InlineData("mountain-car-continuous", 999)]
    [InlineData("acrobot", 500)]
    [InlineData("pendulum", 200)]
    public void A_task_cuts_its_episodes_at_its_limit(string name, int limit)
    {
        var environment = EnvironmentRegistry.Create(name);
        Assert.Equal(limit, environment.Spec.MaxEpisodeSteps);
        Assert.Equal(limit, CountStepsOfTheFirstAction(environment));
        Assert.Equal(7, CountStepsOfTheFirstAction(EnvironmentRegistry.Find(name).Create(7)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_episode_ends_in_one_way_and_at_its_limit_at_the_latest(string name)
    {
        const int Limit = 7;
        var environment = EnvironmentRegistry.Find(name).Create(Limit);
        Assert.Equal(Limit, environment.Spec.MaxEpisodeSteps);
        var (observation, action) = Buffers(environment);
        var random = new RandomStream(3);
        for (var episode = 0; episode < 50; episode++)
        {
            environment.Reset(observation);
            var (steps, result) = (0, default(StepResult));
            while (result is { Terminated: false, Truncated: false })
            {
                environment.Spec.Experience.Action.Fill(action, ref random);
                result = environment.Step(action, observation);
                steps++;
            }

            Assert.InRange(steps, 1, Limit);
            Assert.Equal(steps == Limit && !result.Terminated, result.Truncated);
        }
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

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_before_the_first_reset_or_after_the_end_is_refused(string name)
    {
        foreach (var environment in new[] { EnvironmentRegistry.Create(name), EnvironmentRegistry.Find(name).Create(null), EnvironmentRegistry.Find(name).Create(3) })
        {
            var (observation, action) = Buffers(environment);
            Assert.Throws<InvalidOperationException>(() => environment.Step(action, observation));
            if (environment.Spec.MaxEpisodeSteps == 3)
            {
                environment.Reset(observation);
                while (environment.Step(action, observation) is { Terminated: false, Truncated: false })
                {
                }

                Assert.Throws<InvalidOperationException>(() => environment.Step(action, observation));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_action_outside_its_space_is_refused_and_the_episode_stays_where_it_was(string name)
    {
        var (environment, twin) = (EnvironmentRegistry.Find(name).Create(3), EnvironmentRegistry.Find(name).Create(3));
        var (observation, action) = Buffers(environment);
        var (other, _) = Buffers(twin);
        environment.Reset(observation);
        twin.Reset(other);
        foreach (var outside in RandomActions.Outside(environment.Spec.Experience.Action))
        {
            Assert.StartsWith("action", Assert.Throws<InvalidExperienceException>(() => environment.Step(outside, observation)).Field, StringComparison.Ordinal);
        }

        // The twin never saw a wrong action.
        Assert.Equal(other, observation);
        StepResult result;
        do
        {
            result = environment.Step(action, observation);
            Assert.Equal(twin.Step(action, other), result);
            Assert.Equal(other, observation);
        }
        while (result is { Terminated: false, Truncated: false });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Buffers_that_are_too_short_are_refused(string name)
    {
        var environment = EnvironmentRegistry.Create(name);
        var (observation, action) = Buffers(environment);
        Assert.ThrowsAny<ArgumentException>(() => environment.Reset(new byte[observation.Length - 1]));
        environment.Reset(observation);
        Assert.ThrowsAny<ArgumentException>(() => environment.Step(new byte[action.Length - 1], observation));
        Assert.ThrowsAny<ArgumentException>(() => environment.Step(action, new byte[observation.Length - 1]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_seed_and_actions_give_the_same_episodes_and_another_seed_others(string name)
    {
        Assert.Equal(Record(5), Record(5));
        if (name is not ("cliff-walking" or "cliff-walking-sparse" or "key-door-rooms"))
        {
            Assert.NotEqual(Record(5), Record(6));
        }

        List<(string Observation, StepResult Result)> Record(ulong seed)
        {
            var environment = EnvironmentRegistry.Create(name);
            environment.Seed(new RandomStream(seed));
            var (observation, action) = Buffers(environment);
            var random = new RandomStream(1);
            var (record, ended) = (new List<(string, StepResult)>(), true);
            for (var step = 0; step < 100; step++)
            {
                if (ended)
                {
                    environment.Reset(observation);
                    record.Add((Convert.ToHexString(observation), default));
                }

                environment.Spec.Experience.Action.Fill(action, ref random);
                var result = environment.Step(action, observation);
                record.Add((Convert.ToHexString(observation), result));
                ended = result.Terminated || result.Truncated;
            }

            return record;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_allocates_nothing(string name)
    {
        var environment = EnvironmentRegistry.Create(name);
        var (observation, action) = Buffers(environment);
        var random = new RandomStream(1);
        Run(1000);
        Assert.Equal(0, AllocationRounds.LeastOf(() => Run(1000)));

        void Run(int steps)
        {
            var ended = true;
            for (var step = 0; step < steps; step++)
            {
                if (ended)
                {
                    environment.Reset(observation);
                }

                environment.Spec.Experience.Action.Fill(action, ref random);
                var result = environment.Step(action, observation);
                ended = result.Terminated || result.Truncated;
            }
        }
    }

    private static (byte[] Observation, byte[] Action) Buffers(IEnvironment environment) =>
        (new byte[environment.Spec.Experience.Observation.ByteCount], RandomActions.CreateBuffer(environment.Spec));

    // The action of zero bytes is up into a wall, a turn, a push to the left or none: it does not end these tasks from every start.
    private static int CountStepsOfTheFirstAction(IEnvironment environment)
    {
        var (observation, action) = Buffers(environment);
        for (var attempt = 0; attempt < 100; attempt++)
        {
            environment.Reset(observation);
            var (steps, result) = (0, default(StepResult));
            while (result is { Terminated: false, Truncated: false })
            {
                result = environment.Step(action, observation);
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
