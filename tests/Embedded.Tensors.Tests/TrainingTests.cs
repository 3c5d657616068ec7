using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace MemoryRL.Embedded.Tensors.Tests;

public sealed class TrainingTests
{
    public static readonly Dictionary<string, Func<IEnumerable<Parameter>, OptimizerHelper>> Optimisers = new()
    {
        ["adam"] = p => optim.Adam(p, lr: 0.01),
        ["adam_betas_decay"] = p => optim.Adam(p, lr: 0.02, beta1: 0.8, beta2: 0.95, eps: 1e-5, weight_decay: 0.1),
        ["adam_amsgrad_maximize"] = p => optim.Adam(p, lr: 0.01, amsgrad: true, maximize: true),
        ["sgd"] = p => optim.SGD(p, 0.05),
        ["sgd_momentum"] = p => optim.SGD(p, 0.05, momentum: 0.9, dampening: 0.1, weight_decay: 0.01),
        ["adamw"] = p => optim.AdamW(p, lr: 0.01, weight_decay: 0.1),
        ["adamw_amsgrad"] = p => optim.AdamW(p, lr: 0.02, beta1: 0.8, beta2: 0.99, eps: 1e-6, weight_decay: 0.02, amsgrad: true),
        ["sgd_nesterov"] = p => optim.SGD(p, 0.05, momentum: 0.9, nesterov: true),
    };

    public static readonly Dictionary<string, Func<optim.Optimizer, optim.lr_scheduler.LRScheduler>> Schedules = new()
    {
        ["step"] = o => optim.lr_scheduler.StepLR(o, 4, 0.5),
        ["multistep"] = o => optim.lr_scheduler.MultiStepLR(o, [3, 10, 11], 0.3),
        ["exponential"] = o => optim.lr_scheduler.ExponentialLR(o, 0.9),
        ["lambda"] = o => optim.lr_scheduler.LambdaLR(o, static epoch => Math.Min((epoch + 1) / 10.0, 1)),
        ["cosine"] = o => optim.lr_scheduler.CosineAnnealingLR(o, 20, 0.01),
        ["linear"] = o => optim.lr_scheduler.LinearLR(o, 0.25, 0.75, 8),
        ["constant"] = o => optim.lr_scheduler.ConstantLR(o, 0.4, 6),
    };

    public static TheoryData<string> OptimiserNames => new(Optimisers.Keys);

    public static TheoryData<string> ScheduleNames => new(Schedules.Keys);

    [Theory]
    [MemberData(nameof(ScheduleNames))]
    public void Learning_rates_of_a_schedule_are_PyTorchs(string name)
    {
        using var scope = NewDisposeScope();
        using var optimiser = optim.SGD([new Parameter(zeros(1))], 0.3);
        var schedule = Schedules[name](optimiser);
        var expected = Golden.Root.GetProperty("schedules").GetProperty(name).EnumerateArray().Select(Golden.Number).ToArray();
        for (var epoch = 0; epoch < expected.Length; epoch++)
        {
            // PyTorch's cosine is a recurrence, ours its closed form: they differ by rounding.
            Assert.Equal(expected[epoch], optimiser.ParamGroups.Single().LearningRate, 1e-12);
            Assert.Equal(expected[epoch], schedule.get_last_lr().Single(), 1e-12);
            optimiser.step();
            schedule.step();
        }
    }

    [Theory]
    [MemberData(nameof(OptimiserNames))]
    public void A_hundred_steps_are_PyTorchs(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Root.GetProperty("optimisers").GetProperty(name);
        var parameters = golden.GetProperty("start").EnumerateArray().Select(p => new Parameter(Golden.Read(p))).ToArray();
        using var optimiser = Optimisers[name](parameters);
        var snapshots = golden.GetProperty("snapshots").EnumerateArray().ToArray();
        for (var step = 0; step < 100; step++)
        {
            GiveGradients(parameters, step);
            optimiser.step();
            var snapshot = Array.IndexOf([0, 9, 99], step);
            for (var i = 0; snapshot >= 0 && i < parameters.Length; i++)
            {
                Golden.AssertClose(snapshots[snapshot][i], parameters[i], $"{name} after step {step}", relative: 1e-5, absolute: 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(OptimiserNames))]
    public void An_optimiser_that_reads_saved_state_goes_on_bit_for_bit(string name)
    {
        using var scope = NewDisposeScope();
        var start = Golden.Root.GetProperty("optimisers").GetProperty(name).GetProperty("start");
        var all = start.EnumerateArray().Select(p => new Parameter(Golden.Read(p))).ToArray();
        using var whole = Optimisers[name](all);
        Steps(whole, all, 0, 20);

        var halves = start.EnumerateArray().Select(p => new Parameter(Golden.Read(p))).ToArray();
        using var first = Optimisers[name](halves);
        Steps(first, halves, 0, 7);
        using var saved = new MemoryStream();
        using (var writer = new BinaryWriter(saved, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            first.save_state_dict(writer);
        }

        var copies = halves.Select(p => new Parameter(p.detach().clone())).ToArray();
        using var second = Optimisers[name](copies);
        saved.Position = 0;
        second.load_state_dict(new BinaryReader(saved));
        Steps(second, copies, 7, 20);
        Assert.Equal(all.SelectMany(p => p.data<float>().ToArray()), copies.SelectMany(p => p.data<float>().ToArray()));
    }

    [Fact]
    public void Adams_state_can_be_read_and_written_as_tensors()
    {
        using var scope = NewDisposeScope();
        var parameters = new[] { new Parameter(ones(3)) };
        using var one = optim.Adam(parameters, lr: 0.1);
        Steps(one, parameters, 0, 5);
        var copies = new[] { new Parameter(parameters[0].detach().clone()) };
        using var two = optim.Adam(copies, lr: 0.1);
        var from = (Adam.State)one.state_dict().State[0];
        var to = (Adam.State)two.state_dict().State[0];
        to.step = from.step;
        to.exp_avg.copy_(from.exp_avg);
        to.exp_avg_sq.copy_(from.exp_avg_sq);
        Steps(one, parameters, 5, 9);
        Steps(two, copies, 5, 9);
        Assert.Equal(parameters[0].data<float>().ToArray(), copies[0].data<float>().ToArray());
    }

    [Fact]
    public void Learning_rates_are_set_through_the_groups()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(zeros(2));
        using var optimiser = optim.SGD([parameter], 1.0);
        foreach (var group in optimiser.ParamGroups)
        {
            group.LearningRate = 0.25;
        }

        parameter.grad = ones(2);
        optimiser.step();
        Assert.Equal([-0.25f, -0.25f], parameter.data<float>().ToArray());
    }

    [Fact]
    public void State_of_another_kind_or_size_is_refused()
    {
        using var scope = NewDisposeScope();
        using var adam = optim.Adam([new Parameter(zeros(2))]);
        using var larger = optim.Adam([new Parameter(zeros(2)), new Parameter(zeros(3))]);
        using var sgd = optim.SGD([new Parameter(zeros(2))], 0.1);
        using var saved = new MemoryStream();
        adam.save_state_dict(new BinaryWriter(saved));
        saved.Position = 0;
        Assert.Throws<InvalidDataException>(() => sgd.load_state_dict(new BinaryReader(saved)));
        saved.Position = 0;
        Assert.Contains("different number of states", Assert.Throws<ArgumentException>(() => larger.load_state_dict(new BinaryReader(saved))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_classifier_trains_as_in_PyTorch()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Root.GetProperty("classifier");
        using var net = Sequential(Linear(6, 16), Tanh(), Linear(16, 9), ReLU(), Linear(9, 4));
        Load(net, golden.GetProperty("start"));
        var data = Golden.Read(golden.GetProperty("data"));
        var target = Golden.Read(golden.GetProperty("target"));
        using var optimiser = optim.Adam(net.parameters(), lr: 0.01);
        var losses = golden.GetProperty("losses").EnumerateArray().Select(Golden.Number).ToArray();
        var norms = golden.GetProperty("norms").EnumerateArray().Select(Golden.Number).ToArray();
        for (var step = 0; step < losses.Length; step++)
        {
            using var inner = NewDisposeScope();
            var loss = F.cross_entropy(net.call(data), target);
            optimiser.zero_grad();
            loss.backward();
            if (step == 0)
            {
                AssertGradients(golden.GetProperty("gradients"), net.named_parameters());
            }

            Assert.Equal(norms[step], nn.utils.clip_grad_norm_(net.parameters(), 0.5), 1e-4);
            optimiser.step();
            Assert.Equal(losses[step], loss.ToSingle(), 1e-4);
        }

        foreach (var (name, weights) in net.state_dict())
        {
            Golden.AssertClose(golden.GetProperty("end").GetProperty(name), weights, name, relative: 1e-3, absolute: 1e-4);
        }
    }

    [Fact]
    public void The_clipped_surrogate_loss_of_an_actor_and_a_critic_is_PyTorchs()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Root.GetProperty("actor_critic");
        using var net = new ActorCritic();
        Load(net, golden.GetProperty("start"));
        Tensor Read(string name) => Golden.Read(golden.GetProperty(name));
        var hidden = net.Body.call(Read("observations")).tanh();
        var logs = F.log_softmax(net.Policy.call(hidden), -1);
        var chosen = logs.gather(1, Read("actions").unsqueeze(1)).squeeze(1);
        var advantages = Read("advantages");
        var normalised = (advantages - advantages.mean()) / (advantages.std() + 1e-8);
        var ratio = (chosen - Read("old")).exp();
        var objective = minimum(ratio * normalised, ratio.clamp(0.8, 1.2) * normalised).mean();
        using var choice = distributions.Categorical(logits: net.Policy.call(hidden));
        var entropy = choice.entropy().mean();
        var error = (net.Value.call(hidden).squeeze(1) - Read("returns")).pow(2).mean();
        var loss = -objective + (0.5 * error) - (0.01 * entropy);
        loss.backward();
        Assert.Equal(golden.GetProperty("loss").GetDouble(), loss.ToDouble(), 1e-5);
        Assert.Equal(golden.GetProperty("entropy").GetDouble(), entropy.ToDouble(), 1e-5);
        Assert.Equal(chosen.data<float>().ToArray(), choice.log_prob(Read("actions")).data<float>().ToArray());
        AssertGradients(golden.GetProperty("gradients"), net.named_parameters());
    }

    [Fact]
    public void Clipping_measures_the_joint_norm_and_leaves_small_gradients_alone()
    {
        using var scope = NewDisposeScope();
        var a = new Parameter(zeros(2));
        var b = new Parameter(zeros(1));
        a.grad = tensor(new[] { 3f, 0f });
        b.grad = tensor(new[] { 4f });
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b], 10), 1e-6);
        Assert.Equal([4f], b.grad!.data<float>().ToArray());
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b], 1), 1e-6);
        Assert.Equal(0.8, b.grad!.ToDouble(), 1e-5);
    }

    private static void GiveGradients(Parameter[] parameters, int step)
    {
        foreach (var parameter in parameters)
        {
            using var scope = NewDisposeScope();
            parameter.grad = (parameter.detach() * 0.5) + ((Math.Sin(step * 0.7) * 0.3) + 0.05);
        }
    }

    private static void Steps(OptimizerHelper optimiser, Parameter[] parameters, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            GiveGradients(parameters, step);
            optimiser.step();
        }
    }

    private static void Load(Module module, JsonElement state)
        => module.load_state_dict(state.EnumerateObject().ToDictionary(p => p.Name, p => Golden.Read(p.Value)));

    private static void AssertGradients(JsonElement golden, IEnumerable<(string Name, Parameter Parameter)> parameters)
    {
        foreach (var (name, parameter) in parameters)
        {
            Golden.AssertClose(golden.GetProperty(name), parameter.grad!, $"gradient of {name}", relative: 1e-4);
        }
    }

    private sealed class ActorCritic : Module<Tensor, Tensor>
    {
        public ActorCritic()
            : base(nameof(ActorCritic))
        {
            register_module("body", Body);
            register_module("policy", Policy);
            register_module("value", Value);
        }

        public Linear Body { get; } = Linear(5, 12);

        public Linear Policy { get; } = Linear(12, 4);

        public Linear Value { get; } = Linear(12, 1);

        public override Tensor forward(Tensor input) => Policy.call(Body.call(input).tanh());
    }
}
