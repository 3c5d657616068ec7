using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>The oracle of networks: two tanh layers and a linear one, in double precision, straight from a bundle's tensors.</summary>
internal static class PlainNetwork
{
    public static double[] Evaluate(SafetensorsDocument bundle, string prefix, double[] input)
    {
        var first = Array.ConvertAll(Layer(bundle, $"{prefix}.fc1", input), Math.Tanh);
        var second = Array.ConvertAll(Layer(bundle, $"{prefix}.fc2", first), Math.Tanh);
        return Layer(bundle, $"{prefix}.out", second);
    }

    public static double[] Softmax(double[] logits)
    {
        var exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - logits.Max()));
        return Array.ConvertAll(exponentials, value => value / exponentials.Sum());
    }

    public static double[] OneHot(int index, int count)
    {
        var values = new double[count];
        values[index] = 1;
        return values;
    }

    public static double[] Layer(SafetensorsDocument bundle, string name, double[] input)
    {
        var weight = bundle[$"{name}.weight"].Values<float>();
        var bias = bundle[$"{name}.bias"].Values<float>();
        var output = new double[bias.Length];
        for (var i = 0; i < output.Length; i++)
        {
            output[i] = bias[i];
            for (var j = 0; j < input.Length; j++)
            {
                output[i] += weight[(i * input.Length) + j] * input[j];
            }
        }

        return output;
    }
}
