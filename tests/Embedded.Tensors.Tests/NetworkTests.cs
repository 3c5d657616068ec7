using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace MemoryRL.Embedded.Tensors.Tests;

/// <summary>Whole networks against PyTorch's (golden/make_golden.py): outputs, gradients of every parameter, and losses of 20 steps of AdamW.</summary>
public sealed class NetworkTests
{
    public static TheoryData<string> Names => ["block", "encoder", "decision_transformer"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_outputs_gradients_and_losses_are_PyTorchs(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Root.GetProperty("networks").GetProperty(name);
        using var network = Make(name);
        var start = golden.GetProperty("start").EnumerateObject().ToDictionary(p => p.Name, p => Golden.Read(p.Value));
        Assert.Equal(start.Keys, network.state_dict().Keys);
        _ = network.load_state_dict(start);
        var inputs = golden.GetProperty("inputs").EnumerateArray().Select(Golden.Read).ToArray();
        var target = Golden.Read(golden.GetProperty("target"));
        Golden.AssertClose(golden.GetProperty("output"), Run(network, inputs), name, absolute: 1e-5);
        using var optimiser = optim.AdamW(network.parameters(), lr: 0.003, weight_decay: 0.01);
        var losses = golden.GetProperty("losses").EnumerateArray().Select(Golden.Number).ToArray();
        for (var step = 0; step < losses.Length; step++)
        {
            using var inner = NewDisposeScope();
            var loss = F.mse_loss(Run(network, inputs), target);
            optimiser.zero_grad();
            loss.backward();
            if (step == 0)
            {
                CheckGradients(golden.GetProperty("gradients"), network, name);
            }

            optimiser.step();
            Assert.True(Math.Abs(loss.item<float>() - losses[step]) < 1e-4 * losses[step], $"{name}: the loss of step {step} is {loss.item<float>():g9} instead of {losses[step]:g9}");
        }
    }

    private static void CheckGradients(JsonElement golden, Module network, string name)
    {
        foreach (var (key, parameter) in network.named_parameters())
        {
            Golden.AssertClose(golden.GetProperty(key), parameter.grad!, $"{name}, gradient of {key}", relative: 1e-4, absolute: 1e-5);
        }
    }

    private static Module Make(string name) => name switch
    {
        "block" => new Block(8, 2),
        "encoder" => new Encoder(),
        _ => new DecisionTransformer(4, 2, 8, 2, 2, 30),
    };

    private static Tensor Run(Module network, Tensor[] inputs) => network switch
    {
        DecisionTransformer transformer => transformer.call(inputs[0], inputs[1], inputs[2], inputs[3]),
        Module<Tensor, Tensor> other => other.call(inputs[0]),
        _ => throw new InvalidOperationException(),
    };

#pragma warning disable IDE1006 // Naming: RegisterComponents takes a field's name as the key of its weights.
    private sealed class Attention : Module<Tensor, Tensor>
    {
        private readonly int _heads;
        private readonly Linear qkv;
        private readonly Linear projection;

        public Attention(int width, int heads)
            : base(nameof(Attention))
        {
            _heads = heads;
            qkv = Linear(width, 3 * width);
            projection = Linear(width, width);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var (b, t, w) = (x.shape[0], x.shape[1], x.shape[2]);
            var parts = qkv.call(x).view(b, t, 3, _heads, w / _heads).permute(2, 0, 3, 1, 4);
            var y = F.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
            return projection.call(y.transpose(1, 2).reshape(b, t, w));
        }
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly LayerNorm norm1;
        private readonly Attention attention;
        private readonly LayerNorm norm2;
        private readonly Sequential mlp;

        public Block(int width, int heads)
            : base(nameof(Block))
        {
            norm1 = LayerNorm(width);
            attention = new Attention(width, heads);
            norm2 = LayerNorm(width);
            mlp = Sequential(Linear(width, 4 * width), GELU(), Linear(4 * width, width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            x = x + attention.call(norm1.call(x));
            return x + mlp.call(norm2.call(x));
        }
    }

    private sealed class Encoder : Module<Tensor, Tensor>
    {
        private readonly Sequential convolutions;
        private readonly Linear code;
        private readonly ConvTranspose2d spread;

        public Encoder()
            : base(nameof(Encoder))
        {
            convolutions = Sequential(Conv2d(2, 6, 3, stride: 2, padding: 1), ReLU(), Conv2d(6, 8, 3), LeakyReLU(0.1), MaxPool2d(2), Flatten());
            code = Linear(8 * 2 * 2, 5);
            spread = ConvTranspose2d(5, 2, 4, stride: 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => spread.call(code.call(convolutions.call(x)).view(-1, 5, 1, 1));
    }

    private sealed class DecisionTransformer : Module<Tensor, Tensor, Tensor, Tensor, Tensor>
    {
        private readonly Embedding time;
        private readonly Linear observation;
        private readonly Linear action;
        private readonly Linear to_go;
        private readonly LayerNorm norm;
        private readonly ModuleList<Block> blocks;
        private readonly Linear head;

        public DecisionTransformer(int observationSize, int actionSize, int width, int heads, int layers, int length)
            : base(nameof(DecisionTransformer))
        {
            time = Embedding(length, width);
            observation = Linear(observationSize, width);
            action = Linear(actionSize, width);
            to_go = Linear(1, width);
            norm = LayerNorm(width);
            blocks = ModuleList(Enumerable.Range(0, layers).Select(_ => new Block(width, heads)).ToArray());
            head = Linear(width, actionSize);
            RegisterComponents();
        }

        public override Tensor forward(Tensor observations, Tensor actions, Tensor toGo, Tensor steps)
        {
            var (b, k) = (steps.shape[0], steps.shape[1]);
            var at = time.call(steps);
            var x = norm.call(stack([to_go.call(toGo) + at, observation.call(observations) + at, action.call(actions) + at], 2).reshape(b, 3 * k, -1));
            foreach (var block in blocks)
            {
                x = block.call(x);
            }

            return head.call(x.view(b, k, 3, -1).select(2, 1)).tanh();
        }
    }
#pragma warning restore IDE1006
}
