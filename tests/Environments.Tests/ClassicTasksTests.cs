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

    [Fact]
    public void A_pendulum_left_alone_near_its_rest_swings_with_the_period_of_its_rod()
    {
        // A rod about its end: period 2 pi sqrt(2 l / 3 g) = 1.6223 s, in steps of 0.05 s.
        var pendulum = new Pendulum();
        var observation = new byte[12];
        pendulum.SetState([Math.PI + 0.01], [0], observation);
        var (first, last, crossings, before) = (0.0, 0.0, 0, 0.01);
        for (var step = 1; step <= 2000; step++)
        {
            pendulum.Step(new byte[4], observation);
            var (position, velocity) = StateOf(pendulum);
            var angle = position[0] - Math.PI;
            if (before < 0 && angle >= 0)
            {
                last = step - (angle / (angle - before));
                first = crossings == 0 ? last : first;
                crossings++;
            }

            before = angle;
            Assert.True(Math.Abs(angle) < 0.0125 && Math.Abs(velocity[0]) < 0.05);
        }

        Assert.Equal(2 * Math.PI * Math.Sqrt(2.0 / 30) / 0.05, (last - first) / (crossings - 1), 0.06);
    }

    [Fact]
    public void An_acrobot_without_torque_keeps_its_energy()
    {
        var acrobot = new Acrobot();
        var observation = new byte[24];
        var random = new RandomStream(12);
        for (var trial = 0; trial < 200; trial++)
        {
            double[] positions = [Draw(ref random), Draw(ref random)];
            double[] velocities = [Draw(ref random), Draw(ref random)];
            acrobot.SetState(positions, velocities, observation);
            var energy = Energy(positions, velocities);
            acrobot.Step(BitConverter.GetBytes(1), observation);
            var (nextPositions, nextVelocities) = StateOf(acrobot);

            // One step of order 4 over 0.2 s leaves little of energies that go up to 40 J.
            Assert.Equal(energy, Energy(nextPositions, nextVelocities), 0.02);
        }

        static double Draw(ref RandomStream random) => (2 * random.NextDouble()) - 1;
    }

    [Fact]
    public void A_car_at_the_left_wall_stops()
    {
        var car = new MountainCar();
        var observation = new byte[8];
        car.SetState([-1.19], [-0.07], observation);
        car.Step(new byte[4], observation);
        Assert.Equal([-1.2f, 0f], MemoryMarshal.Cast<byte, float>(observation).ToArray());
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
            var (positions, velocities) = StateOf(task);
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

    // Links of 1 kg, 1 m, inertia 1 about their middles; angles from hanging.
    private static double Energy(ReadOnlySpan<double> angles, ReadOnlySpan<double> rates)
    {
        var (both, rate) = (angles[0] + angles[1], rates[0] + rates[1]);
        var (x, y) = ((Math.Cos(angles[0]) * rates[0]) + (0.5 * Math.Cos(both) * rate), (Math.Sin(angles[0]) * rates[0]) + (0.5 * Math.Sin(both) * rate));
        var kinetic = 0.5 * ((1.25 * rates[0] * rates[0]) + (x * x) + (y * y) + (rate * rate));
        return kinetic - (9.8 * ((1.5 * Math.Cos(angles[0])) + (0.5 * Math.Cos(both))));
    }

    private static (double[] Positions, double[] Velocities) StateOf(IPhysicalEnvironment task)
    {
        var (positions, velocities) = (new double[task.PositionCount], new double[task.VelocityCount]);
        task.GetState(positions, velocities);
        return (positions, velocities);
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
            var (positions, velocities) = StateOf(task);
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
