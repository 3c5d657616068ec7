using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Draws observations uniformly from the steps of fresh episodes.</summary>
internal sealed class RecentObservations
{
    private readonly IReadOnlyList<Episode> _episodes;
    private readonly int[] _starts;
    private readonly int _stepCount;

    /// <summary>Initializes the draw.</summary>
    /// <param name="episodes">The episodes, at least one.</param>
    public RecentObservations(IReadOnlyList<Episode> episodes)
    {
        _episodes = episodes;
        _starts = new int[episodes.Count];
        for (var i = 0; i < episodes.Count; i++)
        {
            _starts[i] = _stepCount;
            _stepCount += episodes[i].Length;
        }
    }

    /// <summary>Draws one observation.</summary>
    /// <param name="random">The stream to draw from.</param>
    /// <returns>The observation's bytes.</returns>
    public ReadOnlySpan<byte> Draw(ref RandomStream random)
    {
        var step = random.NextInt32(_stepCount);
        var found = Array.BinarySearch(_starts, step);
        var index = found >= 0 ? found : ~found - 1;
        var width = _episodes[index].Spec.Observation.ByteCount;
        return _episodes[index].Observations.Slice((step - _starts[index]) * width, width);
    }
}
