using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>Gaussian noise on actions, which stay inside their box.</summary>
/// <param name="space">The box.</param>
/// <param name="deviation">The noise's standard deviation in the action's units.</param>
internal sealed class ActionNoise(BoxSpace space, double deviation)
{
    private readonly float[] _low = [.. Enumerable.Range(0, space.ElementCount).Select(space.LowAt)];
    private readonly float[] _high = [.. Enumerable.Range(0, space.ElementCount).Select(space.HighAt)];

    /// <summary>Adds noise to one action and clips it.</summary>
    /// <param name="action">The action as bytes.</param>
    /// <param name="random">Where the noise comes from.</param>
    public void AddTo(Span<byte> action, ref RandomStream random)
    {
        var values = MemoryMarshal.Cast<byte, float>(action);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Clamp((float)(values[i] + (deviation * random.NextNormal())), _low[i], _high[i]);
        }
    }
}
