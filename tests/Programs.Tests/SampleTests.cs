using System.Reflection;

namespace MemoryRL.Programs.Tests;

/// <summary>The program that the README shows to whoever embeds MemoryRL.</summary>
public sealed class SampleTests
{
    private static readonly string Root = typeof(SampleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    [Fact]
    public void The_readme_shows_the_sample_as_it_is_compiled()
    {
        var sample = File.ReadAllText(Path.Combine(Root, "samples", "Embedding", "Program.cs"));

        Assert.Contains(sample, File.ReadAllText(Path.Combine(Root, "README.md")), StringComparison.Ordinal);
        Assert.InRange(sample.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 15);
    }

    [Fact]
    public async Task The_sample_learns_four_rooms_and_samples_a_batch()
    {
        using var folder = new TemporaryFolder();
        using var sample = ChildProgram.StartSample(folder.Path);

        var exitCode = await sample.WaitForEndAsync();

        Assert.True(exitCode == 0, sample.Errors);
        Assert.Matches(@"^\d+ episodes, (8|9|10)\d ?% success in the last 500; a batch of 256 transitions\.$", sample.Output.Trim());
    }
}
