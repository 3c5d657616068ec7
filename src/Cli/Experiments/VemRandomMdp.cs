using MemoryRL.Core;
using MemoryRL.Learning;

namespace MemoryRL.Cli;

/// <summary>
/// The experiment <c>vem-random-mdp</c>: what VEM's operators trade against each other on random tabular processes (bias, contraction,
/// variance), which expectile is best when values are noisy, and what double estimation does to the bias of a maximum.
/// </summary>
/// <remarks>
/// Processes, behaviours and measures as <c>toy_example/VEM-toy.py</c> of the official code has them; the fixed points are found to 1e-10
/// rather than 1e-6. The noise experiment's design is ours: the paper states its outcome only.
/// </remarks>
internal static class VemRandomMdp
{
    // Far from the streams of the processes.
    private const ulong MaximaStream = 1UL << 40;

    /// <summary>Runs the experiment.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="cancellationToken">Stops it between processes.</param>
    /// <returns>What was measured.</returns>
    /// <exception cref="InvalidExperienceException">An option is not allowed.</exception>
    /// <exception cref="OperationCanceledException">The experiment was stopped.</exception>
    public static VemRandomMdpResult Run(VemRandomMdpOptions options, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var samples = new VemRandomMdpSample[options.Mdps];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellationToken };
        Parallel.For(0, samples.Length, parallel, index => samples[index] = VemRandomMdpSample.Measure(options, index));
        return new VemRandomMdpResult(options, [.. samples], [.. VemRandomMdpOptions.Candidates.Select(candidates => EstimateMaxima(options.Seed, candidates))]);
    }

    private static MaximumStudyRow EstimateMaxima(long seed, int candidates)
    {
        var random = new RandomStream((ulong)seed, MaximaStream + (ulong)candidates);
        var estimates = new MaximumEstimate[VemRandomMdpOptions.Estimates];
        foreach (ref var estimate in estimates.AsSpan())
        {
            estimate = MaximumEstimators.Draw(candidates, noise: 1, temperature: 1, ref random);
        }

        MeanEstimate Of(Func<MaximumEstimate, double> select) => MeanEstimate.Of(Array.ConvertAll(estimates, estimate => select(estimate)));
        return new MaximumStudyRow(candidates, Of(estimate => estimate.Maximum), Of(estimate => estimate.Double), Of(estimate => estimate.Softmax), Of(estimate => estimate.DoubleSoftmax));
    }
}
