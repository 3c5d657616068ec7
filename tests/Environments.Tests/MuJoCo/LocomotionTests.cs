using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Tests;
using Xunit.Abstractions;

namespace MemoryRL.Environments.Tests;

/// <summary>The tasks on libmujoco against recordings from the original simulator, published policies and published figures.</summary>
public sealed class LocomotionTests(ITestOutputHelper output)
{
    [MuJoCoTheory("demonstrations/hopper-expert-10-episodes.npz", "demonstrations/walker2d-expert-10-episodes.npz")]
    [InlineData("hopper", 6)]
    [InlineData("walker2d", 9)]
    public void One_step_from_a_recorded_state_ends_where_the_recording_says(string task, int positionCount)
    {
        var path = DataFolder.Path($"demonstrations/{task}-expert-10-episodes.npz");
        var (observations, actions, nexts) = (NumPyArchive.ReadRows(path, "obs"), NumPyArchive.ReadRows(path, "actions"), NumPyArchive.ReadRows(path, "next_obs"));
        var environment = (IPhysicalEnvironment)EnvironmentRegistry.Create(task).Unwrapped;
        var width = environment.Spec.Experience.Observation.ElementCount;
        var deviations = Enumerable.Range(0, width).Select(i => Deviation([.. observations.Zip(nexts, (now, next) => (double)next[i] - now[i])])).ToArray();

        var errors = new List<double>();
        var observation = new byte[width * sizeof(float)];
        var replayed = 0;
        for (var row = 0; row < observations.Length; row++)
        {
            // A velocity at the observation's bound was cut: the recording does not say what it was.
            if (observations[row].AsSpan(0, width).ContainsAny(-10f, 10f))
            {
                continue;
            }

            replayed++;

            // The observation lacks x, on which nothing depends; its last number, the time, is not the simulator's.
            double[] state = [0, .. observations[row].Take(width).Select(value => (double)value)];
            environment.SetState(state.AsSpan(0, positionCount), state.AsSpan(positionCount), observation);
            var controls = Array.ConvertAll(actions[row], control => Math.Clamp(control, -1, 1));
            _ = environment.Step(MemoryMarshal.AsBytes(controls.AsSpan()), observation);
            var got = MemoryMarshal.Cast<byte, float>(observation);
            for (var i = 0; i < width; i++)
            {
                errors.Add(Math.Abs((double)got[i] - nexts[row][i]) / deviations[i]);
            }
        }

        errors.Sort();
        output.WriteLine($"{task}: median {errors[errors.Count / 2]:0.0000}, 99 % below {errors[(int)(0.99 * errors.Count)]:0.000} of the step's deviation, {replayed} of {observations.Length} steps");
        Assert.InRange(errors[errors.Count / 2], 0, 0.01);
    }

    // Ten deterministic episodes of each policy were measured on the same engine by another program: mean and deviation.
    [MuJoCoTheory("policies/berkeley_Hopper.json", "policies/berkeley_Walker2d.json", "policies/sb3ars_Hopper.json", "policies/gailtrpo_Walker2d_0040.json", "policies/gailtrpo_Ant_0500.json")]
    [InlineData("hopper", "berkeley_Hopper", 3722, 4)]
    [InlineData("hopper", "sb3ars_Hopper", 3288, 6)]
    [InlineData("walker2d", "berkeley_Walker2d", 5398, 49)]
    [InlineData("ant", "gailtrpo_Ant_0500", 4768, 103)]
    public void Published_policies_have_the_returns_that_were_measured_elsewhere(string task, string policy, double mean, double deviation)
    {
        var network = new PublishedNetwork($"policies/{policy}.json");
        var returns = Returns(task, network.Act, 10);

        output.WriteLine($"{policy}: {returns.Average():0} +- {Deviation(returns):0}, published {mean} +- {deviation}");

        // Both means are of ten episodes: their difference has the deviation sqrt(2 / 10) of an episode's, cut at 99.9 % of Student's
        // distribution with 18 degrees of freedom; the published deviation counts where ours is smaller.
        var bound = 3.92 * Math.Sqrt(2.0 / 10) * Math.Max(deviation, Deviation(returns));
        Assert.InRange(returns.Average(), mean - bound, mean + bound);
    }

    // The means of many random episodes that were measured on the same engine by another program.
    [MuJoCoTheory]
    [InlineData("hopper", 2000, 18.5)]
    [InlineData("walker2d", 1500, 2.6)]
    [InlineData("half-cheetah", 20, -283.9)]
    public void Random_controls_have_the_returns_that_were_measured_elsewhere(string task, int episodes, double mean)
    {
        var random = new RandomStream(11);
        var count = EnvironmentRegistry.Find(task).Spec.Experience.Action.ElementCount;
        var returns = Returns(task, _ => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)], episodes);

        var standardError = Deviation(returns) / Math.Sqrt(returns.Length);
        output.WriteLine($"{task}: {returns.Average():0.00} +- {standardError:0.00} (standard error), measured elsewhere {mean}");

        // The other mean is of about as many episodes, and rounded.
        Assert.InRange(returns.Average(), mean - (4.6 * standardError) - 0.05, mean + (4.6 * standardError) + 0.05);
    }

    [MuJoCoTheory]
    [InlineData("hopper")]
    [InlineData("walker2d")]
    public void A_body_in_the_air_falls_as_gravity_says(string task)
    {
        var environment = (MuJoCoEnvironment)EnvironmentRegistry.Create(task).Unwrapped;
        var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
        var positions = new double[environment.PositionCount];
        var velocities = new double[environment.VelocityCount];
        positions[1] = 50;
        environment.SetState(positions, velocities, observation);
        environment.Simulation.Step(100);

        environment.GetState(positions, velocities);
        var seconds = environment.Simulation.Time;
        Assert.Equal(0.2, seconds, 9);
        Assert.Equal(50 - (0.5 * 9.81 * seconds * seconds), positions[1], 6);
        Assert.Equal(-9.81 * seconds, velocities[1], 6);
    }

    [MuJoCoTheory]
    [InlineData("hopper", 4)]
    [InlineData("walker2d", 4)]
    [InlineData("half-cheetah", 5)]
    [InlineData("ant", 5)]
    public void The_reward_is_the_speed_and_the_bonus_without_the_cost_of_the_controls(string task, int frameSkip)
    {
        var entry = EnvironmentRegistry.Find(task);
        var environment = (MuJoCoEnvironment)entry.Create().Unwrapped;
        environment.Seed(new RandomStream(3));
        var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
        environment.Reset(observation);
        var (bonus, cost, first) = task switch { "half-cheetah" => (0.0, 0.1, 0), "ant" => (1.0, 0.5, 3), _ => (1.0, 1e-3, 0) };
        var controls = new float[environment.Spec.Experience.Action.ElementCount];
        var random = new RandomStream(4);
        for (var step = 0; step < 5; step++)
        {
            foreach (ref var control in controls.AsSpan())
            {
                control = (2 * random.NextSingle()) - 1;
            }

            var (place, time) = (Place(), environment.Simulation.Time);
            var result = environment.Step(MemoryMarshal.AsBytes(controls.AsSpan()), observation);
            var seconds = environment.Simulation.Time - time;
            Assert.Equal(frameSkip * (task is "half-cheetah" or "ant" ? 0.01 : 0.002), seconds, 12);
            Assert.Equal(((Place() - place) / seconds) + bonus - (cost * controls.Sum(control => (double)control * control)), result.Reward, 4);
        }

        double Place() => first == 0 ? environment.Simulation.Positions[0] : environment.Simulation.BodyPositions[first];
    }

    [MuJoCoFact]
    public void A_body_that_falls_or_leans_ends_the_episode_and_needs_a_reset()
    {
        (string Task, int Position, double Value, bool Ends)[] cases =
        [
            ("hopper", 1, 0.65, true), ("hopper", 2, 0.3, true), ("hopper", 2, 0.1, false),
            ("walker2d", 1, 0.7, true), ("walker2d", 1, 2.2, true), ("walker2d", 2, -1.1, true), ("walker2d", 2, 0.5, false),
            ("ant", 2, 1.2, true), ("ant", 2, 0.75, false), ("half-cheetah", 2, 3.0, false),
        ];
        foreach (var (task, position, value, ends) in cases)
        {
            var environment = (IPhysicalEnvironment)EnvironmentRegistry.Create(task).Unwrapped;
            var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
            environment.Reset(observation);
            var (positions, velocities) = (new double[environment.PositionCount], new double[environment.VelocityCount]);
            environment.GetState(positions, velocities);
            positions[position] = value;
            environment.SetState(positions, velocities, observation);
            var action = new byte[environment.Spec.Experience.Action.ByteCount];
            Assert.True(ends == environment.Step(action, observation).Terminated, $"{task}: position {position} at {value}");
            if (ends)
            {
                Assert.Throws<InvalidOperationException>(() => environment.Step(action, observation));
            }
        }
    }

    [MuJoCoFact]
    public void Environments_that_share_a_model_do_not_disturb_each_other_over_threads()
    {
        var alone = Enumerable.Range(0, 8).Select(seed => Trace((ulong)seed)).ToArray();
        var together = new float[8][];
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, seed => together[seed] = Trace((ulong)seed));
        Assert.Equal(alone, together);

        static float[] Trace(ulong seed)
        {
            var environment = EnvironmentRegistry.Create("half-cheetah");
            environment.Seed(new RandomStream(seed));
            var random = new RandomStream(seed, 1);
            var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
            var rewards = new float[200];
            var controls = new float[6];
            environment.Reset(observation);
            for (var step = 0; step < rewards.Length; step++)
            {
                foreach (ref var control in controls.AsSpan())
                {
                    control = (2 * random.NextSingle()) - 1;
                }

                rewards[step] = environment.Step(MemoryMarshal.AsBytes(controls.AsSpan()), observation).Reward;
            }

            return rewards;
        }
    }

    private static double[] Returns(string task, Func<ReadOnlySpan<float>, float[]> act, int episodes)
    {
        var returns = new double[episodes];
        var environment = EnvironmentRegistry.Create(task);
        environment.Seed(new RandomStream(5));
        var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
        for (var episode = 0; episode < episodes; episode++)
        {
            environment.Reset(observation);
            StepResult result;
            do
            {
                var controls = act(MemoryMarshal.Cast<byte, float>(observation));
                result = environment.Step(MemoryMarshal.AsBytes(controls.AsSpan()), observation);
                returns[episode] += result.Reward;
            }
            while (!result.Terminated && !result.Truncated);
        }

        return returns;
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }
}
