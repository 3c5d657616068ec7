namespace MemoryRL.Learning;

/// <summary>One action of a Decision Transformer from a window of 20 steps, as agents ask for it.</summary>
internal sealed class TransformerActingWorkload : TensorWorkload
{
    private const int Context = 20;

    private readonly DecisionTransformerActor _actor;
    private readonly float[] _returns;
    private readonly float[] _observations;
    private readonly float[] _actions;
    private readonly int[] _steps;

    public TransformerActingWorkload(int observation, int action)
        : base("dt-act", $"Decision Transformer, one action at K {Context}")
    {
        using var model = WorkloadNumbers.Fill(new BenchmarkTransformer(observation, action, Context, 128, 3, drop: 0));
        _actor = new DecisionTransformerActor(WorkloadNumbers.Bundle(model), string.Empty, Context, heads: 1, isGelu: true);
        _returns = Numbers("returns", Context);
        _observations = Numbers("obs", Context * observation);
        _actions = Numbers("act", Context * action)[..((Context - 1) * action)];
        _steps = [.. Enumerable.Range(0, Context)];
    }

    public override double Step() => _actor.Act(_returns, _observations, _actions, _steps)[0];

    protected override void Dispose(bool disposing)
    {
    }

    private static float[] Numbers(string name, int count) => Array.ConvertAll(WorkloadNumbers.Uniform(name, count), static number => (float)number);
}

/// <summary>One answer of a network of two hidden layers, as agents ask for it.</summary>
internal sealed class NetworkActingWorkload : TensorWorkload
{
    private readonly DenseNetwork _network;
    private readonly float[] _observation;

    public NetworkActingWorkload(int observation)
        : base("mlp-act", $"MLP {observation}-256-256-1, one observation")
    {
        using var module = WorkloadNumbers.Fill(WorkloadNumbers.Mlp([observation, 256, 256, 1]));
        _network = new DenseNetwork(WorkloadNumbers.Bundle(module), ["0", "2", "4"], DenseActivation.Relu, observation, 1);
        _observation = Array.ConvertAll(WorkloadNumbers.Uniform("x", observation), static number => (float)number);
    }

    public override double Step() => _network.Evaluate(_observation)[0];

    protected override void Dispose(bool disposing)
    {
    }
}
