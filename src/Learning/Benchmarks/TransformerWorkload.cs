using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning;

/// <summary>A training step of a Decision Transformer: windows of 20 steps, 3 blocks of width 128, AdamW, clipping, a warm-up schedule.</summary>
internal sealed class TransformerWorkload : TensorWorkload
{
    private const int Context = 20;

    private readonly int _batch;
    private readonly BenchmarkTransformer _model;
    private readonly AdamW _optimizer;
    private readonly optim.lr_scheduler.LRScheduler _schedule;
    private readonly Tensor _states;
    private readonly Tensor _actions;
    private readonly Tensor _returns;
    private readonly Tensor _steps;
    private readonly Tensor _mask;
    private readonly Tensor _causal;
    private readonly (int Observation, int Action) _sizes;

    public TransformerWorkload(int observation, int action, int batch = 64, double drop = 0.1)
        : base("dt", $"Decision Transformer step, batch {batch}, K {Context}, 3 x 128")
    {
        _batch = batch;
        // Before the scope, which would own the module's parameters.
        _model = WorkloadNumbers.Fill(new BenchmarkTransformer(observation, action, Context, 128, 3, drop));
        using var scope = NewDisposeScope();
        _sizes = (observation, action);
        _optimizer = optim.AdamW(_model.parameters(), 1e-4, weight_decay: 1e-4);
        _schedule = optim.lr_scheduler.LambdaLR(_optimizer, static step => Math.Min((step + 1) / 10_000.0, 1));
        _states = Data("obs", batch, Context, observation);
        _actions = Data("act", batch, Context, action);
        _returns = Data("returns", batch, Context);
        _steps = (arange(Context).unsqueeze(0) + (arange(batch) * 13).unsqueeze(1)).DetachFromDisposeScope();
        var isStep = Enumerable.Range(0, batch * Context).Select(i => i / Context < batch / 8 && i % Context >= 3 * Context / 4 ? 0f : 1f).ToArray();
        _mask = tensor(isStep, [batch, Context]).DetachFromDisposeScope();
        var lower = Enumerable.Range(0, 9 * Context * Context).Select(static i => i % (3 * Context) <= i / (3 * Context)).ToArray();
        _causal = tensor(lower, [1, 3 * Context, 3 * Context]).DetachFromDisposeScope();
    }

    public override double Step()
    {
        using var scope = NewDisposeScope();
        var isToken = (_mask > 0).unsqueeze(-1).expand(_batch, Context, 3).reshape(_batch, 1, 3 * Context);
        _model.Visible = logical_and(_causal, isToken).unsqueeze(1);
        var answer = _model.call(_states, _actions, _returns, _steps);
        var loss = (functional.mse_loss(answer, _actions, Reduction.None) * _mask.unsqueeze(-1)).mean();
        _optimizer.zero_grad();
        loss.backward();
        _ = nn.utils.clip_grad_norm_(_model.parameters(), 0.25);
        _ = _optimizer.step();
        _schedule.step();
        return loss.item<float>();
    }

    /// <summary>Without dropout, whose draws are an engine's own.</summary>
    public override IReadOnlyList<double> Check(int steps)
    {
        using var plain = new TransformerWorkload(_sizes.Observation, _sizes.Action, _batch, drop: 0);
        var values = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            values[i] = plain.Step();
        }

        return values;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var owned in (IDisposable[])[_model, _optimizer, _states, _actions, _returns, _steps, _mask, _causal])
        {
            owned.Dispose();
        }
    }
}
