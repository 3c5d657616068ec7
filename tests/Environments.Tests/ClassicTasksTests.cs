using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

public sealed class ClassicTasksTests
{
    public static TheoryData<string> Names => [.. ClassicTasks.Entries.Select(entry => entry.Spec.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Observations_stay_inside_their_bounds(string name)
    {
        var environment = EnvironmentRegistry.Create(name);
        environment.Seed(new RandomStream(4));
        var random = new RandomStream(5);
        var box = (BoxSpace)environment.Spec.Experience.Observation;
        var observation = new byte[box.ByteCount];
        var action = RandomActions.CreateBuffer(environment.Spec);
        var ended = true;
        for (var step = 0; step < 20_000; step++)
        {
            if (ended)
            {
                environment.Reset(observation);
                AssertInside(box, observation);
            }

            environment.Spec.Experience.Action.Fill(action, ref random);
            var result = environment.Step(action, observation);
            AssertInside(box, observation);
            ended = result.Terminated || result.Truncated;
        }
    }

    [Theory]
    [InlineData("cart-pole", 0.05, 0.05)]
    [InlineData("acrobot", 0.1, 0.1)]
    [InlineData("pendulum", Math.PI, 1)]
    public void Starts_are_uniform_around_zero(string name, double positionLimit, double velocityLimit)
    {
        var task = (IPhysicalEnvironment)EnvironmentRegistry.Find(name).Create(null);
        var starts = Starts(task);
        for (var number = 0; number < starts.Count; number++)
        {
            var limit = number < task.PositionCount ? positionLimit : velocityLimit;
            AssertUniform(starts[number], -limit, limit, $"{name}, number {number}");
        }
    }

    [Theory]
    [InlineData("mountain-car")]
    [InlineData("mountain-car-continuous")]
    public void A_car_starts_at_rest_in_the_valley(string name)
    {
        var starts = Starts((IPhysicalEnvironment)EnvironmentRegistry.Find(name).Create(null));
        AssertUniform(starts[0], -0.6, -0.4, name);
        Assert.All(starts[1], velocity => Assert.Equal(0, velocity));
    }

    [Theory]
    [InlineData("cart-pole", 475.0, 474.0, 476.0)]
    [InlineData("mountain-car", -200.0, -200.0, -199.0)]
    [InlineData("mountain-car-continuous", 0.0, 0.0, 0.1)]
    [InlineData("acrobot", -500.0, -500.0, -499.0)]
    [InlineData("pendulum", -400.0, -400.0, -308.0)]
    public void Success_is_what_the_spec_says(string name, double threshold, double failure, double success)
    {
        var spec = EnvironmentRegistry.Find(name).Spec;
        Assert.Equal(threshold, spec.SuccessReturn);
        Assert.False(spec.IsSuccess(failure));
        Assert.True(spec.IsSuccess(success));
        Assert.Equal(name is not ("cart-pole" or "pendulum"), spec.HasGoal);
    }

    [Theory]
    [InlineData("acrobot", 500, 80_000)]
    [InlineData("mountain-car-continuous", 500, 60_000)]
    [InlineData("mountain-car", 1000, 40_000)]
    [InlineData("cart-pole", 1000, 200_000)]
    [InlineData("pendulum", 1000, 20_000)]
    public void A_random_policy_succeeds_as_seldom_as_was_measured(string name, int episodes, int measuredEpisodes)
    {
        // Two shares at 99.9 %; where none succeeded, an upper bound of 7 in so many episodes stands in for it.
        var stated = EnvironmentRegistry.Find(name).Spec.RandomSuccess!.Value;
        var variance = Math.Max(stated, 7.0 / measuredEpisodes) * ((1.0 / episodes) + (1.0 / measuredEpisodes));
        var measured = Stepping.RunRandom(name, seed: 2, episodes).Successes / (double)episodes;
        Assert.InRange(measured, stated - (3.29 * Math.Sqrt(variance)), stated + (3.29 * Math.Sqrt(variance)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_that_was_read_can_be_put_back(string name)
    {
        var (task, twin) = ((IPhysicalEnvironment)EnvironmentRegistry.Find(name).Create(null), (IPhysicalEnvironment)EnvironmentRegistry.Find(name).Create(null));
        var (observation, other) = (new byte[task.Spec.Experience.Observation.ByteCount], new byte[task.Spec.Experience.Observation.ByteCount]);
        var action = RandomActions.CreateBuffer(task.Spec);
        var random = new RandomStream(8);
        task.Reset(observation);
        for (var step = 0; step < 5; step++)
        {
            var (positions, velocities) = task.State();
            twin.SetState(positions, velocities, other);
            Assert.Equal(observation, other);
            task.Spec.Experience.Action.Fill(action, ref random);
            Assert.Equal(task.Step(action, observation), twin.Step(action, other));
            Assert.Equal(observation, other);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_that_is_not_one_is_refused(string name)
    {
        var task = (IPhysicalEnvironment)EnvironmentRegistry.Find(name).Create(null);
        var observation = new byte[task.Spec.Experience.Observation.ByteCount];
        var (positions, velocities) = (new double[task.PositionCount], new double[task.VelocityCount]);
        Assert.Equal("state.positions", Assert.Throws<InvalidExperienceException>(() => task.SetState(positions[1..], velocities, observation)).Field);
        velocities[0] = double.NaN;
        Assert.Equal("state.velocities", Assert.Throws<InvalidExperienceException>(() => task.SetState(positions, velocities, observation)).Field);
        Assert.Throws<InvalidOperationException>(() => task.Step(RandomActions.CreateBuffer(task.Spec), observation));
    }

    // [number of the state][episode].
    private static List<double[]> Starts(IPhysicalEnvironment task)
    {
        const int Episodes = 4000;
        task.Seed(new RandomStream(31));
        var observation = new byte[task.Spec.Experience.Observation.ByteCount];
        var starts = Enumerable.Range(0, task.PositionCount + task.VelocityCount).Select(_ => new double[Episodes]).ToList();
        for (var episode = 0; episode < Episodes; episode++)
        {
            task.Reset(observation);
            var (positions, velocities) = task.State();
            foreach (var (number, value) in positions.Concat(velocities).Index())
            {
                starts[number][episode] = value;
            }
        }

        return starts;
    }

    // Kolmogorov and Smirnov's test at 99.9 %: 1.95 / sqrt(n).
    private static void AssertUniform(double[] values, double low, double high, string what)
    {
        Assert.All(values, value => Assert.InRange(value, low, high));
        var sorted = values.Order().ToArray();
        var distance = sorted.Select((value, rank) => Math.Abs(((value - low) / (high - low)) - ((rank + 0.5) / sorted.Length))).Max();
        Assert.True(distance < 1.95 / Math.Sqrt(sorted.Length), $"{what}: distance {distance} from the uniform distribution");
    }

    private static void AssertInside(BoxSpace box, ReadOnlySpan<byte> observation)
    {
        var numbers = MemoryMarshal.Cast<byte, float>(observation);
        for (var i = 0; i < numbers.Length; i++)
        {
            Assert.True(numbers[i] >= box.LowAt(i) && numbers[i] <= box.HighAt(i), $"number {i} is {numbers[i]}");
        }
    }
}
