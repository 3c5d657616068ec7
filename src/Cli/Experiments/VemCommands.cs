using System.Collections.Immutable;

namespace MemoryRL.Cli;

/// <summary>The commands that make the page of <c>experiment vem</c> from nothing, as it shows them.</summary>
/// <param name="suite">The suite.</param>
/// <param name="report">The page's file as it was given; null where it lies in the folder of the runs.</param>
internal sealed class VemCommands(VemSuite suite, string? report)
{
    // Where data lie on the machine that wrote the page helps nobody else.
    private const string DataFolder = "datasets";
    private const string PolicyFolder = "policies";

    /// <summary>Gets whether the data are made by policies that others published.</summary>
    public bool HasPolicies => !SuiteData.RecipesOf(suite.Cells).All(SuiteData.IsWithoutPolicies);

    /// <summary>Gets the command lines in their order: the one that makes the data, and the one that trains on them and writes the page.</summary>
    public ImmutableArray<string> Lines =>
    [
        string.Join(' ', new SuiteData(DataFolder, HasPolicies ? PolicyFolder : null).Command(SuiteData.RecipesOf(suite.Cells))),
        string.Join(
            ' ',
            [
                "experiment", "vem", .. suite.IsQuick ? ["--quick"] : (string[])[], "--data", DataFolder, .. HasPolicies ? ["--policies", PolicyFolder] : (string[])[],
                .. report is not null && !Path.IsPathRooted(report) ? ["--report", report] : (string[])[],
            ]),
    ];
}
