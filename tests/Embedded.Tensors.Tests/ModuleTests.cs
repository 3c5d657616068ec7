using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MemoryRL.Embedded.Tensors.Tests;

public sealed class ModuleTests
{
    [Fact]
    public void Names_are_PyTorchs()
    {
        using var net = new Net();
        Assert.Equal(["scale", "body.0.weight", "body.0.bias", "body.2.weight", "body.2.bias", "head.weight"], net.named_parameters().Select(p => p.name));
        Assert.Equal(["scale", "body.0.weight", "body.0.bias", "body.2.weight", "body.2.bias", "head.weight", "steps"], net.state_dict().Keys);
        Assert.Equal(6, net.parameters().Count());
        Assert.True(net.has_parameter("body.2.bias"));
        Assert.Same(net.get_parameter("head.weight"), net.state_dict()["head.weight"]);
    }

    [Fact]
    public void State_is_copied_between_modules_and_mismatches_are_refused()
    {
        using var scope = NewDisposeScope();
        using var one = new Net();
        using var two = new Net();
        _ = two.load_state_dict(one.state_dict());
        var x = rand(3, 4);
        Assert.Equal(one.call(x).data<float>().ToArray(), two.call(x).data<float>().ToArray());
        var partial = one.state_dict();
        _ = partial.Remove("scale");
        partial["other"] = zeros(1);
        Assert.Contains("missing [scale], unexpected [other]", Assert.Throws<InvalidOperationException>(() => two.load_state_dict(partial)).Message, StringComparison.Ordinal);
        var (missing, unexpected) = two.load_state_dict(partial, strict: false);
        Assert.Equal(["scale"], missing);
        Assert.Equal(["other"], unexpected);
        partial["head.weight"] = zeros(9);
        Assert.Contains("head.weight", Assert.ThrowsAny<Exception>(() => two.load_state_dict(partial, strict: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Modes_reach_every_module_inside()
    {
        using var net = new Net();
        net.eval();
        Assert.All(net.modules(), m => Assert.False(m.training));
        net.train();
        Assert.All(net.modules(), m => Assert.True(m.training));
    }

    [Fact]
    public void Zeroing_lets_go_of_gradients_or_fills_them()
    {
        using var scope = NewDisposeScope();
        using var net = new Net();
        net.call(rand(3, 4)).sum().backward();
        net.zero_grad(set_to_none: false);
        Assert.All(net.parameters(), p => Assert.Equal(0, p.grad!.abs().sum().ToSingle()));
        net.zero_grad();
        Assert.All(net.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void Tensors_are_written_and_read_as_bytes()
    {
        using var scope = NewDisposeScope();
        foreach (var tensor in new[] { rand(3, 200), randint(100, [4]), rand(2, 3).t(), rand(3) > 0.5, zeros(Array.Empty<long>()) })
        {
            using var stream = new MemoryStream();
            tensor.Save(new BinaryWriter(stream));
            stream.Position = 0;
            var read = TensorExtensionMethods.Load(new BinaryReader(stream))!;
            Assert.Equal(tensor.shape, read.shape);
            Assert.Equal(tensor.dtype, read.dtype);
            Assert.True(tensor.allclose(read, 0, 0));
            Assert.Equal(stream.Length, stream.Position);
        }
    }

    [Fact]
    public void A_parameter_takes_over_its_tensor()
    {
        using var scope = NewDisposeScope();
        var x = ones(2);
        var parameter = new Parameter(x);
        Assert.True(x.IsInvalid);
        Assert.True(parameter.requires_grad);
        Assert.True(scope.Contains(parameter));
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2213", Justification = "A module disposes what it registers.")]
    private sealed class Net : Module<Tensor, Tensor>
    {
        private readonly Parameter _scale = new(ones(1));
        private readonly Sequential _body = Sequential(Linear(4, 5), ReLU(), Linear(5, 6));
        private readonly Linear _head = Linear(6, 2, hasBias: false);

        public Net()
            : base(nameof(Net))
        {
            register_parameter("scale", _scale);
            register_module("body", _body);
            register_module("head", _head);
            register_buffer("steps", zeros(1));
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return (_head.call(_body.call(input)) * _scale).MoveToOuterDisposeScope();
        }
    }
}
