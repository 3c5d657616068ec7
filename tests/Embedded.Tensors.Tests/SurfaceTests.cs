using MemoryRL.Tests;
using TorchSharp;

namespace MemoryRL.Embedded.Tensors.Tests;

public sealed class SurfaceTests
{
    [Fact]
    public void The_assembly_has_only_what_TorchSharp_has()
    {
        var surface = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "surface", "torchsharp.txt"));
        var differences = SurfaceComparison.Compare(typeof(torch).Assembly, surface);
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }
}
