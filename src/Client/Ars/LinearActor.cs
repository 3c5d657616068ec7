using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>Acts with a linear policy over normalised observations, folded into one product: nothing is allocated.</summary>
/// <param name="features">The number of features of an observation.</param>
/// <param name="action">The action space.</param>
internal sealed class LinearActor(int features, BoxSpace action)
{
    private readonly float[] _weights = new float[features * action.ElementCount];
    private readonly float[] _bias = new float[action.ElementCount];
    private readonly float[] _low = Bounds(action, action.LowAt);
    private readonly float[] _high = Bounds(action, action.HighAt);

    /// <summary>Takes a policy over: <c>M diag(1 / deviation) (x - mean)</c>.</summary>
    /// <param name="weights">The weights <c>M</c>, <c>[actions, features]</c>.</param>
    /// <param name="direction">What is added to them, as long as they are; empty for nothing.</param>
    /// <param name="noise">By what the direction is multiplied.</param>
    /// <param name="mean">The means, <c>[features]</c>.</param>
    /// <param name="inverseDeviation">The inverse deviations, <c>[features]</c>.</param>
    public void Set(ReadOnlySpan<double> weights, ReadOnlySpan<double> direction, double noise, ReadOnlySpan<double> mean, ReadOnlySpan<double> inverseDeviation)
    {
        for (var row = 0; row < _bias.Length; row++)
        {
            var bias = 0.0;
            for (var i = 0; i < mean.Length; i++)
            {
                var index = (row * mean.Length) + i;
                var weight = (weights[index] + (direction.IsEmpty ? 0 : noise * direction[index])) * inverseDeviation[i];
                _weights[index] = (float)weight;
                bias -= weight * mean[i];
            }

            _bias[row] = (float)bias;
        }
    }

    /// <summary>Chooses the action, clipped into the space.</summary>
    /// <param name="observation">The observation, <c>[features]</c>.</param>
    /// <param name="action">Receives the action.</param>
    public void Act(ReadOnlySpan<float> observation, Span<float> action)
    {
        for (var row = 0; row < action.Length; row++)
        {
            var answer = _bias[row];
            var weights = _weights.AsSpan(row * observation.Length, observation.Length);
            for (var i = 0; i < weights.Length; i++)
            {
                answer += weights[i] * observation[i];
            }

            action[row] = Math.Clamp(answer, _low[row], _high[row]);
        }
    }

    private static float[] Bounds(BoxSpace action, Func<int, float> bound)
    {
        var bounds = new float[action.ElementCount];
        for (var i = 0; i < bounds.Length; i++)
        {
            bounds[i] = bound(i);
        }

        return bounds;
    }
}
