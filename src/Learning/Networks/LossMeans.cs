using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>The means of named losses over the gradient steps of one update.</summary>
/// <param name="names">The losses' names in snake case.</param>
internal sealed class LossMeans(params string[] names)
{
    private readonly double[] _sums = new double[names.Length];
    private int _count;
    private int _skipped;

    /// <summary>Adds the losses of one gradient step.</summary>
    /// <param name="losses">Scalar tensors in the order of the names.</param>
    public void Add(params ReadOnlySpan<Tensor> losses)
    {
        for (var i = 0; i < losses.Length; i++)
        {
            _sums[i] += losses[i].item<float>();
        }

        _count++;
    }

    /// <summary>Counts a gradient step that was dropped because its gradient was not finite.</summary>
    public void Skip() => _skipped++;

    /// <summary>Gets the means.</summary>
    /// <returns>One metric for each loss, if there was a gradient step, and the number of dropped steps, if any.</returns>
    public IEnumerable<Metric> Metrics()
    {
        for (var i = 0; i < names.Length && _count > 0; i++)
        {
            yield return new Metric($"losses/{names[i]}", _sums[i] / _count);
        }

        if (_skipped > 0)
        {
            yield return new Metric($"losses/{names[0]}_skipped", _skipped);
        }
    }
}
