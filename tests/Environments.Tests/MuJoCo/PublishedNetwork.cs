using System.Text.Json;
using MemoryRL.Tests;

namespace MemoryRL.Environments.Tests;

/// <summary>A published policy, evaluated in double precision straight from its file.</summary>
internal sealed class PublishedNetwork
{
    private readonly double[][][] _weights;
    private readonly double[][] _biases;
    private readonly double[]? _mean;
    private readonly double[]? _deviation;
    private readonly double _clip;
    private readonly bool _isTanh;
    private readonly bool _endsInTanh;

    public PublishedNetwork(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(DataFolder.Path(file)));
        var root = document.RootElement;
        _weights = [.. root.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("W").Deserialize<double[][]>()!)];
        _biases = [.. root.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("b").Deserialize<double[]>()!)];
        _mean = root.GetProperty("obs_mean").Deserialize<double[]>();
        _deviation = root.GetProperty("obs_std").Deserialize<double[]>();
        _clip = root.GetProperty("clip_obs").Deserialize<double?>() ?? double.PositiveInfinity;
        _isTanh = root.GetProperty("hidden").GetString() == "tanh";
        _endsInTanh = root.GetProperty("out").GetString() == "tanh";
    }

    /// <summary>Acts without noise; inputs that the task does not have are zero.</summary>
    public float[] Act(ReadOnlySpan<float> observation)
    {
        var values = new double[_weights[0].Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = i < observation.Length ? observation[i] : 0.0;
            values[i] = _mean is null ? value : Math.Clamp((value - _mean[i]) / _deviation![i], -_clip, _clip);
        }

        for (var layer = 0; layer < _weights.Length; layer++)
        {
            var next = (double[])_biases[layer].Clone();
            for (var i = 0; i < values.Length; i++)
            {
                for (var j = 0; j < next.Length; j++)
                {
                    next[j] += values[i] * _weights[layer][i][j];
                }
            }

            var isLast = layer == _weights.Length - 1;
            values = Array.ConvertAll(next, value => isLast ? value : _isTanh ? Math.Tanh(value) : Math.Max(value, 0));
        }

        return Array.ConvertAll(values, value => (float)Math.Clamp(_endsInTanh ? Math.Tanh(value) : value, -1, 1));
    }
}
