using System.Globalization;
using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning;

/// <summary>Value heads of the same size that share nothing: <c>V1</c>, <c>V2</c> and so on, registered as <c>v1</c>, <c>v2</c> and so on.</summary>
internal sealed class ValueEnsemble : Module<Tensor, Tensor>
{
    private readonly Parameter[] _weights;

    /// <summary>Initializes the heads.</summary>
    /// <param name="features">The number of features of an observation.</param>
    /// <param name="heads">The number of heads, at least 1.</param>
    /// <param name="hidden">The widths of each head's hidden layers, first to last.</param>
    /// <param name="random">Where the weights are drawn from.</param>
    /// <param name="device">Where the weights live.</param>
    public ValueEnsemble(int features, int heads, IReadOnlyList<int> hidden, ref RandomStream random, Device device)
        : base("values")
    {
        var all = new ValueNetwork[heads];
        for (var i = 0; i < heads; i++)
        {
            all[i] = new ValueNetwork(HeadName(i), features, hidden, ref random, device);
            register_module(HeadName(i), all[i]);
        }

        Heads = all;
        _weights = [.. parameters()];
    }

    /// <summary>Gets the heads.</summary>
    public IReadOnlyList<ValueNetwork> Heads { get; }

    /// <summary>Gets the name of a head.</summary>
    /// <param name="index">Which head, from 0.</param>
    /// <returns>The name.</returns>
    public static string HeadName(int index) => string.Create(CultureInfo.InvariantCulture, $"v{index + 1}");

    /// <summary>Evaluates a batch.</summary>
    /// <param name="input">Features, <c>[B, features]</c>.</param>
    /// <returns>Values, <c>[B, H]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        if (Heads.Count == 1)
        {
            return Heads[0].call(input);
        }

        var values = new Tensor[Heads.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Heads[i].call(input);
        }

        return cat(values, 1);
    }

    /// <summary>Moves every weight towards another ensemble's: <c>w + rate (other - w)</c>.</summary>
    /// <param name="other">An ensemble of the same size.</param>
    /// <param name="rate">How far, in [0, 1]; 1 copies.</param>
    public void Approach(ValueEnsemble other, double rate) => TargetWeights.Follow(_weights, other._weights, rate);
}
