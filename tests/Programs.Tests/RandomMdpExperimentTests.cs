using MemoryRL.Cli;

namespace MemoryRL.Programs.Tests;

/// <summary><c>memoryrl experiment vem-random-mdp</c> from the command line to its page.</summary>
public sealed class RandomMdpExperimentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_experiment_shows_judges_and_writes_everything_that_it_measured()
    {
        var (folder, page) = (Path.Combine(_folder.Path, "out"), Path.Combine(_folder.Path, "docs", "mdp.md"));

        var (exitCode, output, errors) = await InProcessCli.RunAsync("experiment", "vem-random-mdp", "--mdps", "8", "--trajectories", "50", "--out", folder, "--report", page);

        Assert.True(exitCode == 0, errors);
        Assert.Matches("the bias does not depend on the length of rollouts +holds", output);
        Assert.Matches("in every pair +holds +0 violations in 1,280 pairs", output);
        Assert.Matches("the bias falls as the expectile grows +holds +0 exceptions", output);
        Assert.Equal(278, File.ReadLines(Path.Combine(folder, "means.csv")).Count() - 1);
        Assert.Equal(8 * 278, File.ReadLines(Path.Combine(folder, "mdps.csv")).Count() - 1);
        Assert.Equal(11 * 4, File.ReadLines(Path.Combine(folder, "double-estimation.csv")).Count() - 1);
        var text = File.ReadAllText(page);
        Assert.Contains("-- experiment vem-random-mdp --mdps 8 --seed 1 --trajectories 50 --report ", text, StringComparison.Ordinal);
        foreach (var picture in (string[])["steps", "behaviors", "noise", "double"])
        {
            Assert.Contains($"(mdp-{picture}.svg)", text, StringComparison.Ordinal);
            foreach (var path in (string[])[Path.Combine(folder, $"{picture}.svg"), Path.Combine(_folder.Path, "docs", $"mdp-{picture}.svg")])
            {
                var svg = File.ReadAllText(path);
                _ = System.Xml.Linq.XDocument.Parse(svg);
                Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Processes_of_another_kind_are_not_held_against_figures_that_are_not_theirs()
    {
        var (folder, page) = (Path.Combine(_folder.Path, "out"), Path.Combine(_folder.Path, "mdp.md"));

        var (exitCode, output, errors) = await InProcessCli.RunAsync("experiment", "vem-random-mdp", "--stochastic", "--mdps", "4", "--trajectories", "20", "--out", folder, "--report", page);

        Assert.True(exitCode == 0, errors);
        Assert.All((string[])[output, File.ReadAllText(page)], text => Assert.DoesNotContain("the other's", text, StringComparison.Ordinal));
        Assert.DoesNotContain("other implementation", output, StringComparison.Ordinal);
        Assert.DoesNotContain("independent implementation", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.All(File.ReadLines(Path.Combine(folder, "means.csv")).Skip(1), line => Assert.EndsWith(",", line, StringComparison.Ordinal));
    }

    [Fact]
    public void The_number_of_threads_changes_no_figure()
    {
        var options = new VemRandomMdpOptions { Mdps = 6, Trajectories = 20 };

        var (one, three) = (VemRandomMdp.Run(options with { Threads = 1 }), VemRandomMdp.Run(options with { Threads = 3 }));

        Assert.All(one.Samples.Zip(three.Samples), pair => Assert.Equal(pair.First.Cells.OrderBy(entry => entry.Key.ToString()), pair.Second.Cells.OrderBy(entry => entry.Key.ToString())));
        Assert.NotEqual(one.Samples[0].Cells.Values.Sum(), VemRandomMdp.Run(options with { Seed = 2 }).Samples[0].Cells.Values.Sum());
    }

    [Fact]
    public void Means_stand_beside_the_other_implementations_with_their_difference_in_standard_errors()
    {
        var result = VemRandomMdp.Run(new VemRandomMdpOptions { Mdps = 60, Trajectories = 100 });

        // 116 figures of another implementation: nothing further off than chance, in standard errors of both, and the sharp ones near.
        var comparisons = VemRandomMdpJudgement.Compare(result).ToList();
        Assert.Equal(116, comparisons.Count);
        Assert.All(comparisons, comparison => Assert.InRange(comparison.StandardErrors, -4, 4));
        Assert.All(comparisons.Where(comparison => comparison.Cell.Measure == VemMeasure.Contraction), comparison => Assert.InRange(comparison.RelativeDifference, 0, 0.03));

        // All orderings of the paper's tables: the last two of twelve are of single figures.
        var verdicts = VemRandomMdpJudgement.Judge(result).ToList();
        Assert.Equal(12, verdicts.Count);
        Assert.All(verdicts.Take(10), verdict => Assert.True(verdict.Holds, $"{verdict.Claim}: {verdict.Evidence}"));
    }

    [Fact]
    public void Groups_of_processes_are_counted_that_lie_as_far_as_the_other_implementation()
    {
        var result = VemRandomMdp.Run(new VemRandomMdpOptions { Mdps = 85, Trajectories = 5 });

        var comparison = VemRandomMdpJudgement.Compare(result).Single(comparison => comparison.Cell == new VemCell(VemStudy.ExactNoise, 0.5, 0.8, VemMeasure.LargestError));

        // 10 processes each, the last 5 left over.
        var values = result.Samples.Select(sample => sample.Cells[comparison.Cell]).ToList();
        var far = 0;
        for (var start = 0; start < 80; start += 10)
        {
            far += Math.Abs((values.Skip(start).Take(10).Sum() / 10) - (values.Sum() / 85)) >= Math.Abs(0.96 - (values.Sum() / 85)) ? 1 : 0;
        }

        Assert.Equal((8, far), (comparison.Groups, comparison.GroupsAsFar));
    }

    [Theory]
    [InlineData("--mdps", "1")]
    [InlineData("--trajectories", "0")]
    [InlineData("--threads", "0")]
    public async Task Numbers_that_cannot_be_are_refused_by_name(string option, string value)
    {
        var (exitCode, _, errors) = await InProcessCli.RunAsync("experiment", "vem-random-mdp", option, value);

        Assert.Equal(2, exitCode);
        Assert.Contains(option, errors, StringComparison.Ordinal);
    }
}
