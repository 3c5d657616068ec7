using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client.Tests;

/// <summary>
/// A linear system with quadratic costs: <c>x' = A x + B u</c> and reward <c>-(x' x + u u)</c>, one control. Its best linear policy follows
/// from Riccati's recursion. A third number of the observation never changes.
/// </summary>
internal sealed class LinearQuadraticTask : IEnvironment
{
    public const int Horizon = 20;

    private static readonly double[,] A = { { 1.0, 0.2 }, { -0.1, 0.95 } };

    private static readonly double[] B = [0.05, 0.4];

    private RandomStream _random = new(0);
    private double _x;
    private double _y;

    public static EnvironmentSpec Unlimited { get; } = new("linear-quadratic", new ExperienceSpec(new BoxSpace(3), new BoxSpace(1, -50, 50)));

    public EnvironmentSpec Spec => Unlimited;

    public static IEnvironment Create() => new TimeLimit(new LinearQuadraticTask(), Unlimited with { MaxEpisodeSteps = Horizon });

    public void Seed(RandomStream random) => _random = random;

    public void Reset(Span<byte> observation)
    {
        (_x, _y) = (_random.NextNormal(), _random.NextNormal());
        Observe(observation);
    }

    public StepResult Step(ReadOnlySpan<byte> action, Span<byte> observation)
    {
        double control = MemoryMarshal.Read<float>(action);
        var reward = -((_x * _x) + (_y * _y) + (control * control));
        (_x, _y) = ((A[0, 0] * _x) + (A[0, 1] * _y) + (B[0] * control), (A[1, 0] * _x) + (A[1, 1] * _y) + (B[1] * control));
        Observe(observation);
        return new StepResult((float)reward, Terminated: false, Truncated: false);
    }

    /// <summary>The expected return of the best time-varying feedback from x ~ N(0, 1): minus the trace of Riccati's matrix; no policy does better.</summary>
    public static double BestReturn()
    {
        // P of the last cost is the identity: at the last step no control pays.
        var (p, q, r) = (1.0, 0.0, 1.0);
        for (var step = Horizon - 2; step >= 0; step--)
        {
            (p, q, r) = Riccati(p, q, r);
        }

        return -(p + r);
    }

    // One step of P = I + A'PA - A'PB (1 + B'PB)^-1 B'PA for the symmetric P = [p q; q r].
    private static (double P, double Q, double R) Riccati(double p, double q, double r)
    {
        double[,] pa =
        {
            { (p * A[0, 0]) + (q * A[1, 0]), (p * A[0, 1]) + (q * A[1, 1]) },
            { (q * A[0, 0]) + (r * A[1, 0]), (q * A[0, 1]) + (r * A[1, 1]) },
        };
        double[] pb = [(p * B[0]) + (q * B[1]), (q * B[0]) + (r * B[1])];
        var denominator = 1 + (B[0] * pb[0]) + (B[1] * pb[1]);
        var bpa = new[] { (B[0] * pa[0, 0]) + (B[1] * pa[1, 0]), (B[0] * pa[0, 1]) + (B[1] * pa[1, 1]) };
        return (
            1 + (A[0, 0] * pa[0, 0]) + (A[1, 0] * pa[1, 0]) - (bpa[0] * bpa[0] / denominator),
            (A[0, 0] * pa[0, 1]) + (A[1, 0] * pa[1, 1]) - (bpa[0] * bpa[1] / denominator),
            1 + (A[0, 1] * pa[0, 1]) + (A[1, 1] * pa[1, 1]) - (bpa[1] * bpa[1] / denominator));
    }

    private void Observe(Span<byte> observation)
    {
        var values = MemoryMarshal.Cast<byte, float>(observation);
        (values[0], values[1], values[2]) = ((float)_x, (float)_y, 7);
    }
}
