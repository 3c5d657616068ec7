using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MemoryRL.Cli;

/// <summary>The commands that make the page of <c>experiment vem</c> from nothing, as it shows them.</summary>
/// <param name="suite">The suite.</param>
/// <param name="report">The page's file as it was given; null where it lies in the folder of the runs.</param>
/// <param name="ledger">The ledger as it was given; null where there is none.</param>
internal sealed class VemCommands(VemSuite suite, string? report, string? ledger = null)
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
        string.Join(' ', [.. Experiment, "--data", DataFolder, .. HasPolicies ? ["--policies", PolicyFolder] : (string[])[], .. Report]),
    ];

    /// <summary>Gets the command line that makes the page from the ledger, without any run; null where there is no ledger, or one at a path of this machine.</summary>
    public string? FromLedger => IsForOthers(ledger) ? string.Join(' ', [.. Experiment, "--ledger", ledger, .. Report, "--report-only"]) : null;

    private string[] Experiment => ["experiment", "vem", .. suite.IsQuick ? ["--quick"] : (string[])[]];

    private string[] Report => IsForOthers(report) ? ["--report", report] : [];

    private static bool IsForOthers([NotNullWhen(true)] string? path) => path is not null && !Path.IsPathRooted(path);
}
