using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Learning;

/// <summary>
/// An update of implicit Q-learning (Kostrikov et al. 2021) on a batch: expectile value, twin Q with a soft target, and a Gaussian policy
/// by weighted regression, networks of 256-256, Adam.
/// </summary>
internal sealed class IqlWorkload : TensorWorkload
{
    private const double Discount = 0.99;
    private const double Expectile = 0.7;
    private const double Temperature = 3;
    private const float TargetRate = 0.005f;

    private readonly Sequential _value;
    private readonly Sequential[] _critics;
    private readonly Sequential[] _targets;
    private readonly Sequential _policy;
    private readonly Parameter _logDeviation;
    private readonly Parameter[] _targetWeights;
    private readonly Parameter[] _criticWeights;
    private readonly Adam _valueOptimizer;
    private readonly Adam _criticOptimizer;
    private readonly Adam _policyOptimizer;
    private readonly optim.lr_scheduler.LRScheduler _schedule;
    private readonly Tensor _observations;
    private readonly Tensor _actions;
    private readonly Tensor _next;
    private readonly Tensor _rewards;
    private readonly Tensor _discounts;
    private readonly Tensor _targetRate;

    public IqlWorkload(string key, int observation, int action, int batch)
        : base(key, $"IQL update, {observation} + {action}, batch {batch}")
    {
        using var scope = NewDisposeScope();
        _value = WorkloadNumbers.Fill(WorkloadNumbers.Mlp([observation, 256, 256, 1]), "v.");
        _critics = [Critic(0), Critic(1)];
        _targets = [Critic(0), Critic(1)];
        _policy = WorkloadNumbers.Fill(WorkloadNumbers.Mlp([observation, 256, 256, action], Tanh()), "policy.");
        _logDeviation = Parameter(zeros(action));
        _ = _logDeviation.DetachFromDisposeScope();
        _criticWeights = [.. _critics.SelectMany(static critic => critic.parameters())];
        _targetWeights = [.. _targets.SelectMany(static critic => critic.parameters())];
        _valueOptimizer = optim.Adam(_value.parameters(), 3e-4);
        _criticOptimizer = optim.Adam(_criticWeights, 3e-4);
        _policyOptimizer = optim.Adam(_policy.parameters().Append(_logDeviation), 3e-4);
        _schedule = optim.lr_scheduler.CosineAnnealingLR(_policyOptimizer, 1_000_000);
        _observations = Data("obs", batch, observation);
        _actions = Data("act", batch, action);
        _next = Data("next", batch, observation);
        _rewards = Data("reward", batch);
        _discounts = ((1 - (Data("done", batch) > 0.9).to_type(ScalarType.Float32)) * Discount).DetachFromDisposeScope();
        _targetRate = tensor(TargetRate).DetachFromDisposeScope();

        Sequential Critic(int number) => WorkloadNumbers.Fill(WorkloadNumbers.Mlp([observation + action, 256, 256, 1]), $"q.{number}.");
    }

    public override double Step()
    {
        using var scope = NewDisposeScope();
        var both = cat([_observations, _actions], 1);
        Tensor nextValue, targetCritic;
        using (no_grad())
        {
            nextValue = _value.call(_next).squeeze(-1);
            targetCritic = minimum(_targets[0].call(both), _targets[1].call(both)).squeeze(-1);
        }

        var advantage = targetCritic - _value.call(_observations).squeeze(-1);
        var valueLoss = ((Expectile - (advantage < 0).to_type(ScalarType.Float32)).abs() * advantage.pow(2)).mean();
        Update(_valueOptimizer, valueLoss);

        var goal = _rewards + (_discounts * nextValue);
        var criticLoss = (functional.mse_loss(_critics[0].call(both).squeeze(-1), goal) + functional.mse_loss(_critics[1].call(both).squeeze(-1), goal)) / 2;
        Update(_criticOptimizer, criticLoss);
        using (no_grad())
        {
            for (var i = 0; i < _targetWeights.Length; i++)
            {
                _ = _targetWeights[i].lerp_(_criticWeights[i], _targetRate);
            }
        }

        var weight = (advantage.detach() * Temperature).exp().clamp(max: 100);
        var distribution = distributions.Normal(_policy.call(_observations), _logDeviation.clamp(-20, 2).exp());
        var policyLoss = (-weight * distribution.log_prob(_actions).sum(dim: -1)).mean();
        distribution.Dispose();
        Update(_policyOptimizer, policyLoss);
        _schedule.step();
        return valueLoss.item<float>() + criticLoss.item<float>() + policyLoss.item<float>();
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var owned in (IDisposable[])
            [_value, .. _critics, .. _targets, _policy, _logDeviation, _valueOptimizer, _criticOptimizer, _policyOptimizer, _observations, _actions, _next, _rewards, _discounts, _targetRate])
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
