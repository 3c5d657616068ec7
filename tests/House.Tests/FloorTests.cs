using System.Xml.Linq;

namespace MemoryRL.House.Tests;

/// <summary>The floors of docs/ARCHITECTURE.md, held against the project files.</summary>
public sealed class FloorTests
{
    // Who may use whom, directly. A floor uses only floors below it; the two programs never use each other.
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["MemoryRL.Embedded.Runtime"] = [],
        ["MemoryRL.Embedded.Tensors"] = [],
        ["MemoryRL.Core"] = [],
        ["MemoryRL.Grains.Interfaces"] = ["MemoryRL.Core", "grains"],
        ["MemoryRL.Learning"] = ["MemoryRL.Core", "tensors"],
        ["MemoryRL.Environments"] = ["MemoryRL.Core"],
        ["MemoryRL.Datasets"] = ["MemoryRL.Core"],
        ["MemoryRL.Grains"] = ["MemoryRL.Core", "MemoryRL.Grains.Interfaces", "grains"],
        ["MemoryRL.Client"] = ["MemoryRL.Core", "MemoryRL.Datasets", "MemoryRL.Environments", "MemoryRL.Grains.Interfaces", "grains"],
        ["MemoryRL.Cli"] = ["MemoryRL.Client", "MemoryRL.Core", "MemoryRL.Datasets", "MemoryRL.Environments", "MemoryRL.Grains", "MemoryRL.Grains.Interfaces", "MemoryRL.Learning", "grains"],
        ["MemoryRL.Silo"] = ["MemoryRL.Client", "MemoryRL.Core", "MemoryRL.Datasets", "MemoryRL.Environments", "MemoryRL.Grains", "MemoryRL.Grains.Interfaces", "MemoryRL.Learning", "grains"],
    };

    public static TheoryData<string> Projects => [.. ProjectFiles];

    private static IEnumerable<string> ProjectFiles => Repository.SourceFiles("src", "*.csproj");

    [Fact]
    public void Every_project_stands_on_a_floor() =>
        Assert.Equal(MayUse.Keys.Order(StringComparer.Ordinal), ProjectFiles.Select(Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_the_floors_below_it(string project)
    {
        var allowed = MayUse[Name(project)];

        var used = Uses(project);

        Assert.Empty(used.Except(allowed, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Only_the_switches_file_names_the_embedded_engines(string project)
    {
        string[] engines = ["Embedded/", "Microsoft.Orleans", "TorchSharp", "libtorch"];

        var references = XDocument.Load(project).Descendants()
            .Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference" or "Reference")
            .Select(element => element.Attribute("Include")!.Value.Replace('\\', '/'));

        Assert.DoesNotContain(references, reference => engines.Any(engine => reference.Contains(engine, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Repository.Path("MemoryRL.sln")).Replace('\\', '/');

        var missing = new[] { "src", "tests", "benchmarks", "samples" }
            .Where(folder => Directory.Exists(Repository.Path(folder)))
            .SelectMany(folder => Repository.SourceFiles(folder, "*.csproj"))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !solution.Contains(path, StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [Fact]
    public void Learners_name_no_engine_and_only_learning_names_tensors()
    {
        var offenders = Repository.SourceFiles("src", "*.cs")
            .Where(path => !path.Contains("/Embedded/", StringComparison.Ordinal) && !path.Contains("/Learning/", StringComparison.Ordinal))
            .Where(path => File.ReadLines(path).Any(line => line.StartsWith("using ", StringComparison.Ordinal) && line.Contains("TorchSharp", StringComparison.Ordinal)));

        Assert.Empty(offenders);
    }

    [Fact]
    public void Only_hosting_knows_which_host_is_on()
    {
        var offenders = Repository.SourceFiles("src", "*.cs")
            .Where(path => !path.Contains("/Grains/Hosting/", StringComparison.Ordinal))
            .Where(path => File.ReadAllText(path).Contains("GRAIN_HOST_ORLEANS", StringComparison.Ordinal));

        Assert.Empty(offenders);
    }

    private static string Name(string project) => Path.GetFileNameWithoutExtension(project);

    private static IEnumerable<string> Uses(string project)
    {
        var document = XDocument.Load(project);
        foreach (var reference in document.Descendants("ProjectReference"))
        {
            yield return Name(reference.Attribute("Include")!.Value.Replace('\\', '/'));
        }

        if (document.Descendants("UsesGrains").Any(element => element.Value == "true"))
        {
            yield return "grains";
        }

        if (document.Descendants("UsesTensors").Any(element => element.Value == "true"))
        {
            yield return "tensors";
        }
    }
}
