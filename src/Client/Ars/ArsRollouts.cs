using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>Plays episodes with one linear policy after another on one environment; a step allocates nothing. One thread at a time.</summary>
internal sealed class ArsRollouts
{
    private readonly IEnvironment _environment;
    private readonly byte[] _observation;
    private readonly byte[] _action;

    /// <summary>Initializes the rollouts.</summary>
    /// <param name="environment">The environment, with a limit of steps.</param>
    public ArsRollouts(IEnvironment environment)
    {
        _environment = environment;
        var spec = environment.Spec.Experience;
        _observation = new byte[spec.Observation.ByteCount];
        _action = new byte[spec.Action.ByteCount];
        Actor = new LinearActor(spec.Observation.ElementCount, (BoxSpace)spec.Action);
    }

    /// <summary>Gets the policy.</summary>
    public LinearActor Actor { get; }

    /// <summary>Plays one episode.</summary>
    /// <param name="random">The environment's stream.</param>
    /// <param name="center">The centre of the sums, <c>[features]</c>.</param>
    /// <param name="sums">Receives the sums of the differences of the observations acted on from the centre, <c>[features]</c>; empty for none.</param>
    /// <param name="squares">Receives the sums of their squares, <c>[features]</c>; empty for none.</param>
    /// <returns>The undiscounted return and the number of steps.</returns>
    public (double Return, int Steps) Play(RandomStream random, ReadOnlySpan<double> center, Span<double> sums, Span<double> squares)
    {
        sums.Clear();
        squares.Clear();
        var observation = MemoryMarshal.Cast<byte, float>(_observation.AsSpan());
        var action = MemoryMarshal.Cast<byte, float>(_action.AsSpan());
        _environment.Seed(random);
        _environment.Reset(_observation);
        var total = 0.0;
        for (var steps = 1; ; steps++)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                var difference = observation[i] - center[i];
                sums[i] += difference;
                squares[i] += difference * difference;
            }

            Actor.Act(observation, action);
            var result = _environment.Step(_action, _observation);
            total += result.Reward;
            if (result.Terminated || result.Truncated)
            {
                return (total, steps);
            }
        }
    }
}
