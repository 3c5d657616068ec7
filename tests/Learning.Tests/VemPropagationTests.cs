using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>
/// VEM from end to end on a corridor, planned by a table of every rollout that the test makes itself: values reach the best that the data's
/// actions allow, and the sooner, the longer the rollouts.
/// </summary>
public sealed class VemPropagationTests
{
    private const int Rooms = 16;
    private const int Goal = Rooms - 1;
    private const double Discount = 0.9;

    private static readonly ExperienceSpec Corridor = new(new DiscreteSpace(Rooms), new BoxSpace([1], [-1], [1]));

    private static readonly (string Name, string Value)[] Options =
    [
        ("discount", "0.9"), ("expectile", "0.9"), ("value-hidden-sizes", "32"), ("actor-hidden-sizes", "32"), ("value-learning-rate", "0.01"), ("actor-learning-rate", "0.01"),
        ("batch-size", "128"), ("updates-per-feeding", "10"), ("refresh-period", "20"), ("target-update-rate", "0.2"), ("value-updates", "1200"), ("temperature", "0.02"),
    ];

    private readonly List<Walk> _walks = MakeWalks();

    [Fact]
    public void Values_reach_the_optimum_on_the_data_s_support_and_whole_rollouts_get_there_sooner()
    {
        var whole = Errors(0);
        var one = Errors(1);
        var report = $"whole {string.Join(' ', whole.Select(error => $"{error:f3}"))}; one {string.Join(' ', one.Select(error => $"{error:f3}"))}";

        // After 100 and 200 updates, and at the end.
        Assert.True(whole[0] < 0.7 * one[0] && whole[1] < 0.7 * one[1], report);
        Assert.True(whole[^1] < 0.06 && one[^1] < 0.12, report);
    }

    [Fact]
    public void The_policy_walks_to_the_goal()
    {
        using var learner = Create(0);
        _ = Train(learner, 1800);
        using var policy = new GaussianActorPolicyFactory("vem").Create(learner.CreatePolicyBundle(1));
        var actions = new ActionBatch(Goal, Corridor.Action);

        policy.Act(MemoryMarshal.AsBytes<int>(Enumerable.Range(0, Goal).ToArray()), ActMode.Greedy, new RandomStream[Goal], actions);

        // Half of the data walk to either side in every room, so that cloning them would stand still.
        foreach (var action in MemoryMarshal.Cast<byte, float>(actions.Actions))
        {
            Assert.True(action > 0.3, $"{action}");
        }
    }

    private static IPlanningLearner Create(int maxSteps) =>
        (IPlanningLearner)new VemLearnerFactory().Create(Samples.Settings(Corridor, [.. Options, ("n-max", $"{maxSteps}")]));

    // Walks of even chances from anywhere; 1 at the goal, which ends them; at most 40 steps.
    private static List<Walk> MakeWalks()
    {
        var random = new RandomStream(11);
        var walks = new List<Walk>();
        for (var i = 0; i < 60; i++)
        {
            var (rooms, moves) = (new List<int> { random.NextInt32(Goal) }, new List<float>());
            while (rooms[^1] != Goal && moves.Count < 40)
            {
                moves.Add(random.NextInt32(2) == 0 ? -1 : 1);
                rooms.Add(Math.Max(0, rooms[^1] + (int)moves[^1]));
            }

            walks.Add(new Walk([.. rooms], [.. moves]));
        }

        return walks;
    }

    // The mean error of the heads' mean over the rooms before the goal, every 100 updates of the values.
    private List<double> Errors(int maxSteps)
    {
        using var learner = Create(maxSteps);
        return Train(learner, 1200);
    }

    private List<double> Train(IPlanningLearner learner, int updates)
    {
        var random = new RandomStream(21);
        var steps = _walks.SelectMany(walk => Enumerable.Range(0, walk.Moves.Length).Select(t => (Walk: walk, Step: t))).ToArray();
        var table = Plan(learner.Plan);
        var version = learner.Plan.Version;
        var errors = new List<double>();
        while (learner.UpdateCount < updates)
        {
            var count = learner.NextRequest.Planned;
            var (rooms, moves, targets) = (new int[count], new float[count], new float[count * 2]);
            for (var i = 0; i < count; i++)
            {
                var (walk, step) = steps[random.NextInt32(steps.Length)];
                (rooms[i], moves[i]) = (walk.Rooms[step], walk.Moves[step]);
                (targets[i * 2], targets[(i * 2) + 1]) = table[walk][step];
            }

            _ = learner.Update(new LearnerBatch { Planned = Samples.Planned(Corridor, MemoryMarshal.AsBytes<int>(rooms), MemoryMarshal.AsBytes<float>(moves), targets, version) });
            if (learner.Plan.Version != version)
            {
                table = Plan(learner.Plan);
                version = learner.Plan.Version;
            }

            if (learner.UpdateCount % 100 == 0 && errors.Count < learner.UpdateCount / 100)
            {
                errors.Add(Error(learner));
            }
        }

        return errors;
    }

    // Every rollout of every length, as the paper's Eq. 6 (recalled) and the double estimation have it; the discounted returns before the first value.
    private Dictionary<Walk, (float, float)[]> Plan(ValuePlan plan)
    {
        var (first, second) = plan.Bundle.IsEmpty ? (new double[Rooms], new double[Rooms]) : Pairs(plan.Bundle);
        return _walks.ToDictionary(walk => walk, walk =>
        {
            var targets = new (float, float)[walk.Moves.Length];
            for (var t = 0; t < targets.Length; t++)
            {
                var rest = walk.Moves.Length - t;
                var longest = plan.Settings.MaxSteps == 0 ? rest : Math.Min(rest, plan.Settings.MaxSteps);
                var (a, b) = (new double[longest], new double[longest]);
                for (var n = 1; n <= longest; n++)
                {
                    (a[n - 1], b[n - 1]) = (Rollout(walk, t, n, first), Rollout(walk, t, n, second));
                }

                var whole = Rollout(walk, t, rest, new double[Rooms]);
                targets[t] = plan.Bundle.IsEmpty
                    ? ((float)whole, (float)whole)
                    : ((float)Math.Max(b[Array.IndexOf(a, a.Max())], a[0]), (float)Math.Max(a[Array.IndexOf(b, b.Max())], b[0]));
            }

            return targets;
        });
    }

    private static double Rollout(Walk walk, int start, int length, double[] values)
    {
        var sum = 0.0;
        for (var i = 0; i < length; i++)
        {
            sum += walk.Rooms[start + i + 1] == Goal ? Math.Pow(Discount, i) : 0;
        }

        var end = walk.Rooms[start + length];
        return sum + (end == Goal ? 0 : Math.Pow(Discount, length) * values[end]);
    }

    private static (double[] First, double[] Second) Pairs(ReadOnlyMemory<byte> bundle)
    {
        var values = Values(bundle);
        var (first, second) = (new double[Rooms], new double[Rooms]);
        for (var room = 0; room < Rooms; room++)
        {
            first[room] = Math.Min(values[room * 4], values[(room * 4) + 1]);
            second[room] = Math.Min(values[(room * 4) + 2], values[(room * 4) + 3]);
        }

        return (first, second);
    }

    private static float[] Values(ReadOnlyMemory<byte> bundle)
    {
        using var value = new EnsembleValueFunctionFactory("vem").Create(bundle);
        var values = new float[Rooms * value.HeadCount];
        value.Evaluate(MemoryMarshal.AsBytes<int>(Enumerable.Range(0, Rooms).ToArray()), values);
        return values;
    }

    private static double Error(IPlanningLearner learner)
    {
        var values = Values(learner.CreateValueBundle(1));
        var sum = 0.0;
        for (var room = 0; room < Goal; room++)
        {
            sum += Math.Abs(((values[room * 4] + values[(room * 4) + 1] + values[(room * 4) + 2] + values[(room * 4) + 3]) / 4) - Math.Pow(Discount, Goal - 1 - room));
        }

        return sum / Goal;
    }

    private sealed record Walk(int[] Rooms, float[] Moves);
}
