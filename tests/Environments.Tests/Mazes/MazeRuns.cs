using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>Runs whole episodes in mazes.</summary>
internal static class MazeRuns
{
    /// <summary>Runs episodes of one policy and keeps their returns.</summary>
    public static double[] Returns(
        IEnvironment environment, ulong seed, int episodes, Func<IMazeEnvironment, IWaypointController?> controllerFor, double noise = 0, bool replans = true)
    {
        environment.Seed(new RandomStream(seed));
        var random = new RandomStream(seed, 1);
        var maze = (IMazeEnvironment)environment.Unwrapped;
        var observation = new byte[environment.Spec.Experience.Observation.ByteCount];
        var action = new byte[environment.Spec.Experience.Action.ByteCount];
        var returns = new double[episodes];
        for (var episode = 0; episode < episodes; episode++)
        {
            environment.Reset(observation);
            var controller = controllerFor(maze);
            if (replans)
            {
                controller?.SetTarget(maze.Goal.X, maze.Goal.Y);
            }

            var result = default(StepResult);
            while (result is { Terminated: false, Truncated: false })
            {
                Act(controller, observation, ref random, action, noise);
                result = environment.Step(action, observation);
                returns[episode] += result.Reward;
            }
        }

        return returns;
    }

    /// <summary>Chooses an action: the controller's with normal noise, or a uniform one.</summary>
    public static void Act(IWaypointController? controller, ReadOnlySpan<byte> observation, ref RandomStream random, Span<byte> action, double noise)
    {
        controller?.Act(observation, ref random, action);
        foreach (ref var control in MemoryMarshal.Cast<byte, float>(action))
        {
            control = controller is null
                ? (2 * random.NextSingle()) - 1
                : (float)Math.Clamp(control + (noise * (noise > 0 ? random.NextNormal() : 0)), -1, 1);
        }
    }

    public static (double Mean, double StandardError) Summary(ReadOnlySpan<double> values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var value in values)
        {
            sum += value;
            squares += value * value;
        }

        var mean = sum / values.Length;
        return (mean, Math.Sqrt(((squares / values.Length) - (mean * mean)) / (values.Length - 1)));
    }
}
