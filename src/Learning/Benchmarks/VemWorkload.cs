using MemoryRL.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>An interleaved update of VEM (Ma et al. 2021) on a batch: four value heads with soft targets, and a Gaussian policy by weighted regression, networks of 256-256, Adam.</summary>
internal sealed class VemWorkload : TensorWorkload
{
    private const double TargetRate = 0.005;

    private readonly VemOptions _options = new();
    private readonly ValueEnsemble _values;
    private readonly ValueEnsemble _targets;
    private readonly ActorNetwork _actor;
    private readonly Adam _valueOptimizer;
    private readonly Adam _actorOptimizer;
    private readonly Tensor _observations;
    private readonly Tensor _actions;
    private readonly Tensor _returns;

    public VemWorkload(string key, int observation, int action, int batch)
        : base(key, $"VEM update, {observation} + {action}, batch {batch}")
    {
        var random = new RandomStream(0);
        _values = WorkloadNumbers.Fill(new ValueEnsemble(observation, 4, [256, 256], ref random, CPU), "values.");
        _targets = WorkloadNumbers.Fill(new ValueEnsemble(observation, 4, [256, 256], ref random, CPU), "values.");
        _actor = WorkloadNumbers.Fill(new ActorNetwork("actor", observation, [256, 256], action, isTanhOutput: true, ActorDeviation.Sigmoid, ref random, CPU), "actor.");
        _valueOptimizer = optim.Adam(_values.parameters(), _options.ValueLearningRate);
        _actorOptimizer = optim.Adam(_actor.parameters(), _options.ActorLearningRate);
        _observations = Data("obs", batch, observation);
        _actions = Data("act", batch, action);
        _returns = Data("return", batch, 2);
    }

    public override double Step()
    {
        using var scope = NewDisposeScope();
        var values = _values.call(_observations);
        var (first, second) = (_returns.narrow(1, 0, 1), _returns.narrow(1, 1, 1));
        var valueLoss = VemLosses.Value(values, cat([first, first, second, second], 1), _options);
        Update(_valueOptimizer, valueLoss);
        _targets.Approach(_values, TargetRate);

        var advantages = VemLosses.Advantage(_returns, values.detach());
        var weights = VemLosses.Weight(advantages, advantages, _options);
        var actorLoss = VemLosses.Actor(ActionDistributions.Normal(_actor.call(_observations), _actor.BoundedLogDeviation()!, _actions), weights);
        Update(_actorOptimizer, actorLoss);
        return valueLoss.item<float>() + actorLoss.item<float>();
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var owned in (IDisposable[])[_values, _targets, _actor, _valueOptimizer, _actorOptimizer, _observations, _actions, _returns])
        {
            owned.Dispose();
        }
    }

    private static void Update(Adam optimizer, Tensor loss)
    {
        optimizer.zero_grad();
        loss.backward();
        _ = optimizer.step();
    }
}
