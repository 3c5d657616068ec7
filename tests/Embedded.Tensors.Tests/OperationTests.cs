using System.Text.Json;
using static TorchSharp.torch;

namespace MemoryRL.Embedded.Tensors.Tests;

public sealed class OperationTests
{
    public static TheoryData<string> Names => new(Golden.Cases.Select(c => c.GetProperty("name").GetString()!));

    [Theory]
    [MemberData(nameof(Names))]
    public void Results_and_gradients_are_PyTorchs(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Cases.Single(c => c.GetProperty("name").GetString() == name);
        var inputs = golden.GetProperty("inputs").EnumerateArray().Select(Golden.Read).ToArray();
        var differentiated = golden.TryGetProperty("seed", out var seed);
        foreach (var input in inputs.Where(i => differentiated && i.dtype == ScalarType.Float32))
        {
            input.requires_grad = true;
        }

        var output = GoldenOperations.ByName[golden.GetProperty("operation").GetString()!](inputs);
        Golden.AssertClose(golden.GetProperty("output"), output, name);
        if (!differentiated)
        {
            return;
        }

        output.backward([Golden.Read(seed)]);
        foreach (var (expected, input) in golden.GetProperty("gradients").EnumerateArray().Zip(inputs))
        {
            if (expected.ValueKind == JsonValueKind.Null)
            {
                Assert.True(input.grad is null, $"{name}: a gradient where PyTorch has none");
            }
            else
            {
                Golden.AssertClose(expected, input.grad!, $"{name}, gradient", absolute: 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_central_differences_in_double_precision(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Cases.Single(c => c.GetProperty("name").GetString() == name);

        // At ties and at relu's corner the derivative is a convention, which the golden file alone can know.
        if (!golden.TryGetProperty("seed", out var packed) || name.Contains("ties", StringComparison.Ordinal))
        {
            return;
        }

        var function = GoldenOperations.ByName[golden.GetProperty("operation").GetString()!];
        var inputs = golden.GetProperty("inputs").EnumerateArray().Select(Golden.Read).Select(t => t.dtype == ScalarType.Float32 ? t.to_type(ScalarType.Float64) : t).ToArray();
        var seed = Golden.Read(packed).to_type(ScalarType.Float64);
        var leaves = inputs.Where(i => i.dtype == ScalarType.Float64).ToArray();
        foreach (var leaf in leaves)
        {
            leaf.requires_grad = true;
        }

        (function(inputs) * seed).sum().backward();
        foreach (var (expected, leaf) in golden.GetProperty("gradients").EnumerateArray().Where(g => g.ValueKind != JsonValueKind.Null).Zip(leaves))
        {
            var gradient = leaf.grad!.data<double>().ToArray();
            Assert.Equal(expected.GetProperty("d").GetArrayLength(), gradient.Length);
            for (var i = 0; i < gradient.Length; i++)
            {
                var difference = CentralDifference(function, inputs, leaf, i, seed);
                Assert.True(Math.Abs(difference - gradient[i]) < 1e-6 * Math.Max(1, Math.Abs(difference)), $"{name}: element {i} is {gradient[i]:g12}, differences say {difference:g12}");
            }
        }
    }

    private static double CentralDifference(Func<Tensor[], Tensor> function, Tensor[] inputs, Tensor leaf, int element, Tensor seed)
    {
        const double Step = 1e-5;
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        var numbers = leaf.data<double>().ToArray();
        var results = new double[2];
        for (var side = 0; side < 2; side++)
        {
            var moved = (double[])numbers.Clone();
            moved[element] += side == 0 ? Step : -Step;
            var arguments = inputs.Select(i => ReferenceEquals(i, leaf) ? tensor(moved, leaf.shape) : i).ToArray();
            results[side] = (function(arguments) * seed).sum().item<double>();
        }

        return (results[0] - results[1]) / (2 * Step);
    }
}
