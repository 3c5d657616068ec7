using System.Globalization;
using System.Runtime.InteropServices;
using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning;

/// <summary>Keeps networks, optimisers, random streams and numbers in Safetensors form and brings them back bit for bit.</summary>
internal static class LearnerCheckpoint
{
    /// <summary>Adds a module's parameters as <c>prefix.parameter</c>.</summary>
    /// <param name="file">Where they go.</param>
    /// <param name="prefix">The module's place in the file.</param>
    /// <param name="module">The module.</param>
    public static void SaveModule(SafetensorsBuilder file, string prefix, Module module)
    {
        foreach (var (name, parameter) in module.named_parameters())
        {
            SaveTensor(file, $"{prefix}.{name}", parameter);
        }
    }

    /// <summary>Restores a module's parameters.</summary>
    /// <param name="file">What <see cref="SaveModule"/> wrote to.</param>
    /// <param name="prefix">The module's place in the file.</param>
    /// <param name="module">The module.</param>
    /// <exception cref="SafetensorsFormatException">A parameter is missing or has another type or shape.</exception>
    public static void LoadModule(SafetensorsDocument file, string prefix, Module module)
    {
        foreach (var (name, parameter) in module.named_parameters())
        {
            Copy(file, $"{prefix}.{name}", parameter);
        }
    }

    /// <summary>Adds an Adam optimiser's moments and step counts as <c>prefix.index.moment</c>, in the order of its parameters.</summary>
    /// <param name="file">Where they go.</param>
    /// <param name="prefix">The optimiser's place in the file.</param>
    /// <param name="optimizer">The optimiser.</param>
    public static void SaveAdam(SafetensorsBuilder file, string prefix, Adam optimizer)
    {
        var states = optimizer.state_dict().State;
        for (var i = 0; i < states.Count; i++)
        {
            var state = (Adam.State)states[i];
            SaveNumber(file, $"{prefix}.{i}.step", state.step);
            SaveTensor(file, $"{prefix}.{i}.exp_avg", state.exp_avg!);
            SaveTensor(file, $"{prefix}.{i}.exp_avg_sq", state.exp_avg_sq!);
        }
    }

    /// <summary>Restores an Adam optimiser.</summary>
    /// <param name="file">What <see cref="SaveAdam"/> wrote to.</param>
    /// <param name="prefix">The optimiser's place in the file.</param>
    /// <param name="optimizer">The optimiser, made over the same parameters.</param>
    /// <exception cref="SafetensorsFormatException">An entry is missing or has another type or shape.</exception>
    public static void LoadAdam(SafetensorsDocument file, string prefix, Adam optimizer)
    {
        var states = optimizer.state_dict().State;
        for (var i = 0; i < states.Count; i++)
        {
            var state = (Adam.State)states[i];
            state.step = LoadNumber(file, $"{prefix}.{i}.step");
            Copy(file, $"{prefix}.{i}.exp_avg", state.exp_avg!);
            Copy(file, $"{prefix}.{i}.exp_avg_sq", state.exp_avg_sq!);
        }
    }

    /// <summary>Adds a random stream's whole state.</summary>
    /// <param name="file">Where it goes.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="random">The stream.</param>
    public static void SaveRandom(SafetensorsBuilder file, string name, RandomStream random)
    {
        var (s0, s1, s2, s3) = random.State;
        file.Add<ulong>(name, [4], [s0, s1, s2, s3]);
    }

    /// <summary>Restores a random stream.</summary>
    /// <param name="file">What <see cref="SaveRandom"/> wrote to.</param>
    /// <param name="name">The tensor's name.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="SafetensorsFormatException">The tensor is missing, has another type or shape, or is all zero.</exception>
    public static RandomStream LoadRandom(SafetensorsDocument file, string name)
    {
        var state = file.Require(name, ElementType.UInt64, 4).Values<ulong>();
        return (state[0] | state[1] | state[2] | state[3]) == 0
            ? throw new SafetensorsFormatException(file.Source, $"tensor '{name}': expected a random state that is not all zero.")
            : new RandomStream { State = (state[0], state[1], state[2], state[3]) };
    }

    /// <summary>Adds a whole number to the metadata.</summary>
    /// <param name="file">Where it goes.</param>
    /// <param name="name">The entry's name.</param>
    /// <param name="value">The number.</param>
    public static void SaveNumber(SafetensorsBuilder file, string name, long value) => file.Metadata[name] = value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Restores a whole number.</summary>
    /// <param name="file">What <see cref="SaveNumber"/> wrote to.</param>
    /// <param name="name">The entry's name.</param>
    /// <returns>The number.</returns>
    /// <exception cref="SafetensorsFormatException">The entry is missing, negative or no number.</exception>
    public static long LoadNumber(SafetensorsDocument file, string name) =>
        long.TryParse(file.RequireMetadata(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new SafetensorsFormatException(file.Source, $"metadata '{name}': expected a whole number but got '{file.Metadata[name]}'.");

    /// <summary>Checks that a metadata entry says what the reader is.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The entry's name.</param>
    /// <param name="expected">The text that it must have.</param>
    /// <exception cref="SafetensorsFormatException">The entry is missing or says something else.</exception>
    public static void Expect(SafetensorsDocument file, string name, string expected)
    {
        var actual = file.RequireMetadata(name);
        if (actual != expected)
        {
            throw new SafetensorsFormatException(file.Source, $"metadata '{name}': expected '{expected}' but got '{actual}'.");
        }
    }

    /// <summary>Adds a float32 tensor.</summary>
    /// <param name="file">Where it goes.</param>
    /// <param name="name">Its name.</param>
    /// <param name="values">The tensor, on any device.</param>
    public static void SaveTensor(SafetensorsBuilder file, string name, Tensor values)
    {
        using var scope = NewDisposeScope();
        var shape = Array.ConvertAll(values.shape, length => checked((int)length));
        file.Add<float>(name, shape, MemoryMarshal.Cast<byte, float>(values.detach().cpu().bytes));
    }

    private static void Copy(SafetensorsDocument file, string name, Tensor destination)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var shape = Array.ConvertAll(destination.shape, length => checked((int)length));
        var stored = file.Require(name, ElementType.Float32, shape).Values<float>();
        _ = destination.copy_(tensor(stored.ToArray(), destination.shape));
    }
}
