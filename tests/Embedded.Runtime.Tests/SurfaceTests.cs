using MemoryRL.Tests;
using Orleans;

namespace MemoryRL.Embedded.Runtime.Tests;

public sealed class SurfaceTests
{
    [Fact]
    public void Every_public_type_and_member_is_one_of_Orleans()
    {
        var surface = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "surface-orleans.txt"));

        var differences = SurfaceComparison.Compare(typeof(IGrain).Assembly, surface);

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }
}
