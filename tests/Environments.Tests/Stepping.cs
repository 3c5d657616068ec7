using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>Steps tasks with discrete actions and observations through their public door.</summary>
internal static class Stepping
{
    public static int ResetToIndex(this IEnvironment environment)
    {
        Span<byte> observation = stackalloc byte[4];
        environment.Reset(observation);
        return MemoryMarshal.Read<int>(observation);
    }

    public static (int Observation, StepResult Result) StepIndex(this IEnvironment environment, int action)
    {
        Span<byte> observation = stackalloc byte[4];
        var result = environment.Step(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in action)), observation);
        return (MemoryMarshal.Read<int>(observation), result);
    }

    /// <summary>Walks to a state that a sequence of actions leads to, from a fresh episode.</summary>
    public static (int Observation, StepResult Result) Walk(this IEnvironment environment, params ReadOnlySpan<int> actions)
    {
        var last = (environment.ResetToIndex(), default(StepResult));
        foreach (var action in actions)
        {
            last = environment.StepIndex(action);
        }

        return last;
    }

    /// <summary>Runs whole episodes of a uniformly random policy.</summary>
    public static (int Successes, long Steps) RunRandom(string name, ulong seed, int episodes)
    {
        var environment = EnvironmentRegistry.Create(name);
        environment.Seed(new RandomStream(seed));
        var random = new RandomStream(seed, 1);
        var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
        var action = RandomActions.CreateBuffer(environment.Spec);
        var (successes, steps) = (0, 0L);
        for (var episode = 0; episode < episodes; episode++)
        {
            environment.Reset(observation);
            var (episodeReturn, ended) = (0.0, false);
            while (!ended)
            {
                environment.Spec.Experience.Action.Fill(action, ref random);
                var result = environment.Step(action, observation);
                episodeReturn += result.Reward;
                ended = result.Terminated || result.Truncated;
                steps++;
            }

            successes += environment.Spec.IsSuccess(episodeReturn) ? 1 : 0;
        }

        return (successes, steps);
    }

    /// <summary>The whole state of a physical task.</summary>
    public static (double[] Positions, double[] Velocities) State(this IPhysicalEnvironment task)
    {
        var (positions, velocities) = (new double[task.PositionCount], new double[task.VelocityCount]);
        task.GetState(positions, velocities);
        return (positions, velocities);
    }

    /// <summary>The critical value of chi-square at 99.9 % by Wilson and Hilferty's approximation.</summary>
    public static double ChiSquareCritical(int degreesOfFreedom)
    {
        const double NormalQuantile = 3.0902;
        var c = 2.0 / (9.0 * degreesOfFreedom);
        var root = 1 - c + (NormalQuantile * Math.Sqrt(c));
        return degreesOfFreedom * root * root * root;
    }
}
