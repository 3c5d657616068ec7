using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning;

/// <summary>A step of a network towards a target, or towards its own input: mean squared error, a batch of 256, Adam.</summary>
internal sealed class RegressionWorkload : TensorWorkload
{
    private readonly Sequential _network;
    private readonly Adam _optimizer;
    private readonly Tensor _inputs;
    private readonly Tensor _targets;

    public RegressionWorkload(string key, string title, int[] sizes, double learningRate, bool isAutoencoder)
        : base(key, title)
    {
        _network = WorkloadNumbers.Fill(WorkloadNumbers.Mlp(sizes));
        _optimizer = optim.Adam(_network.parameters(), learningRate);
        _inputs = Data("x", 256, sizes[0]);
        _targets = isAutoencoder ? _inputs : Data("y", 256, sizes[^1]);
    }

    public override double Step()
    {
        using var scope = NewDisposeScope();
        var loss = functional.mse_loss(_network.call(_inputs), _targets);
        _optimizer.zero_grad();
        loss.backward();
        _ = _optimizer.step();
        return loss.item<float>();
    }

    protected override void Dispose(bool disposing)
    {
        _optimizer.Dispose();
        _network.Dispose();
        _inputs.Dispose();
        _targets.Dispose();
    }
}
