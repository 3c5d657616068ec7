using System.Globalization;
using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>Weights and data by formula, so that engines and languages start from the same numbers.</summary>
internal static class WorkloadNumbers
{
    /// <summary>Numbers in [-1, 1): hashes of a name (FNV-1a) and a place (Wellons' lowbias32), 24 bits each.</summary>
    public static double[] Uniform(string name, int count)
    {
        var salt = 2166136261;
        foreach (var letter in name)
        {
            salt = (salt ^ letter) * 16777619;
        }

        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            var x = ((uint)i * 0x9E3779B9) + salt;
            x ^= x >> 16;
            x *= 0x21F0AAAD;
            x ^= x >> 15;
            x *= 0xD35A2D97;
            x ^= x >> 15;
            numbers[i] = ((x >> 8) / (double)(1 << 23)) - 1;
        }

        return numbers;
    }

    /// <summary>Fills a module: matrices over the root of their inputs, biases small, norms as they start.</summary>
    public static T Fill<T>(T module, string prefix = "")
        where T : nn.Module
    {
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        foreach (var (name, parameter) in module.named_parameters())
        {
            var scale = parameter.dim() >= 2 ? 1 / Math.Sqrt(parameter.shape[^1]) : name.EndsWith("bias", StringComparison.Ordinal) ? 0.01 : 0;
            if (scale > 0)
            {
                var numbers = Uniform(prefix + name, (int)parameter.numel());
                var values = parameter.dim() >= 2
                    ? Array.ConvertAll(numbers, number => (float)(number / Math.Sqrt(parameter.shape[^1])))
                    : Array.ConvertAll(numbers, number => (float)(scale * number));
                _ = parameter.copy_(tensor(values, parameter.shape));
            }
        }

        return module;
    }

    /// <summary>The weights of a module as a bundle.</summary>
    public static SafetensorsDocument Bundle(nn.Module module)
    {
        var builder = new SafetensorsBuilder();
        foreach (var (name, parameter) in module.named_parameters())
        {
            builder.Add<float>(name, Array.ConvertAll(parameter.shape, static size => (int)size), parameter.data<float>().ToArray());
        }

        return SafetensorsDocument.Parse(builder.ToArray(), string.Create(CultureInfo.InvariantCulture, $"{module.GetName()}"));
    }

    /// <summary>Linear layers with ReLU between.</summary>
    public static Sequential Mlp(ReadOnlySpan<int> sizes, nn.Module<Tensor, Tensor>? last = null)
    {
        var layers = new List<nn.Module<Tensor, Tensor>>();
        for (var i = 0; i < sizes.Length - 1; i++)
        {
            if (i > 0)
            {
                layers.Add(nn.ReLU());
            }

            layers.Add(nn.Linear(sizes[i], sizes[i + 1]));
        }

        if (last is not null)
        {
            layers.Add(last);
        }

        return nn.Sequential(layers);
    }
}
