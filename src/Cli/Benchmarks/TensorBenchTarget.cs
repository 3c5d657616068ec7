namespace MemoryRL.Cli;

/// <summary>What a row of the tensor table is held to.</summary>
/// <param name="Key">The work's short name.</param>
/// <param name="Least">The least ratio of PyTorch's time to ours.</param>
/// <param name="Aim">The ratio aimed at on one thread.</param>
/// <param name="AimOnMore">The ratio aimed at on more threads.</param>
/// <param name="LeastMicroseconds">The most microseconds that a step may take, instead of a ratio.</param>
/// <param name="AimMicroseconds">The microseconds aimed at.</param>
/// <param name="AimShareOfPeak">The share of the core's peak aimed at, instead of a ratio.</param>
internal sealed record TensorBenchTarget(
    string Key, double? Least, double? Aim, double? AimOnMore = null, double? LeastMicroseconds = null, double? AimMicroseconds = null, double? AimShareOfPeak = null)
{
    /// <summary>Gets the targets of the table.</summary>
    public static IReadOnlyList<TensorBenchTarget> All { get; } =
    [
        new("gemm-256", 1, null, AimShareOfPeak: 0.92),
        new("gemm-512", 1, null, AimShareOfPeak: 0.92),
        new("gemm-1280", 1, null, AimShareOfPeak: 0.92),
        new("mlp", 1.25, 1.5),
        new("iql", 1.25, 1.5, AimOnMore: 1.8),
        new("iql-17", 1.25, 1.5, AimOnMore: 1.8),
        new("vem", 1.25, 1.5, AimOnMore: 1.8),
        new("vem-17", 1.25, 1.5, AimOnMore: 1.8),
        new("ae-17", 1.1, 1.4),
        new("ae-384", 1.1, 1.4),
        new("dt", 1.2, 1.6),
        new("dt-act", 1.8, 2.5),
        new("mlp-act", null, null, LeastMicroseconds: 5, AimMicroseconds: 3),
    ];
}
