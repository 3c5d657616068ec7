using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>Asks whether a switch's packages can be had here: restores a tiny project in a temporary folder and judges by the exit code.</summary>
/// <param name="Subject">What the packages are for.</param>
/// <param name="Packages">The packages with their versions.</param>
/// <param name="Remedy">What they are good for and how to get them.</param>
internal sealed record PackageProbe(string Subject, IReadOnlyList<(string Name, string Version)> Packages, string Remedy)
{
    /// <summary>Gets the probe of <c>GrainHost=Orleans</c>.</summary>
    public static PackageProbe Orleans { get; } = new(
        "GrainHost=Orleans",
        [("Microsoft.Orleans.Sdk", BuildInformation.Of("OrleansVersion")), ("Microsoft.Orleans.Server", BuildInformation.Of("OrleansVersion")), ("Microsoft.Orleans.Client", BuildInformation.Of("OrleansVersion"))],
        "Needed to run on a cluster: reach a package feed that has Microsoft.Orleans.*, then build with -p:GrainHost=Orleans.");

    /// <summary>Gets the probe of <c>TensorEngine=TorchCpu</c>.</summary>
    public static PackageProbe TorchCpu { get; } = new(
        "TensorEngine=TorchCpu",
        [("TorchSharp", BuildInformation.Of("TorchSharpVersion")), ("libtorch-cpu", BuildInformation.Of("LibTorchVersion"))],
        "Needed for learners on libtorch: reach a package feed that has TorchSharp and libtorch-cpu, then build with -p:TensorEngine=TorchCpu.");

    /// <summary>Gets the probe of <c>TensorEngine=TorchCuda</c>.</summary>
    public static PackageProbe TorchCuda { get; } = new(
        "TensorEngine=TorchCuda",
        [("TorchSharp-cuda-linux", BuildInformation.Of("TorchSharpVersion"))],
        "Needed for learners on a GPU: reach a package feed that has TorchSharp-cuda-linux (some gigabytes), then build with -p:TensorEngine=TorchCuda.");

    /// <summary>Restores the tiny project.</summary>
    /// <param name="limit">After how long the probe gives up.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    /// <returns>Whether the packages can be had.</returns>
    public async Task<Finding> RunAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", Packages.Select(package => $"{package.Name} {package.Version}"));
        var folder = Directory.CreateTempSubdirectory("memoryrl-doctor-");
        try
        {
            var references = string.Concat(Packages.Select(package => $"""<PackageReference Include="{package.Name}" Version="{package.Version}" />"""));
            var project = $"""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>{references}</ItemGroup></Project>""";
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "Probe.csproj"), project, cancellationToken);
            var answer = await ChildProcess.RunAsync("dotnet", ["restore", "--nologo", "--verbosity", "quiet"], folder.FullName, limit, cancellationToken);
            return answer switch
            {
                { ExitCode: 0 } => new Finding(Subject, FindingState.Present, $"{names} can be restored"),
                null => new Finding(Subject, FindingState.Skipped, "no .NET SDK to ask with", Remedy),
                { ExitCode: null } => new Finding(Subject, FindingState.Missing, string.Create(CultureInfo.InvariantCulture, $"{names}: no answer within {limit.TotalSeconds:0} s"), Remedy),
                _ => new Finding(Subject, FindingState.Missing, $"{names}: {Fault(answer.Output)}", Remedy),
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Fault(string output)
    {
        var line = output.Split('\n').FirstOrDefault(text => text.Contains("error ", StringComparison.Ordinal)) ?? "the restore failed";
        var start = line.IndexOf("error ", StringComparison.Ordinal);
        var end = line.LastIndexOf(" [", StringComparison.Ordinal);
        return line[Math.Max(0, start)..(end > start ? end : line.Length)].Trim();
    }
}
