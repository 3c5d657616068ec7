using System.Reflection;

namespace MemoryRL.Cli;

/// <summary>What this program was built as.</summary>
internal static class BuildInformation
{
    /// <summary>Gets the program's version with the commit that it was built from, where the build knew one.</summary>
    public static string FullVersion { get; } = typeof(BuildInformation).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>Gets the program's version, without the commit.</summary>
    public static string Version { get; } = FullVersion.Split('+')[0];

    /// <summary>Gets the switch <c>GrainHost</c>: <c>Embedded</c> or <c>Orleans</c>.</summary>
    public static string GrainHost { get; } = Of("GrainHost");

    /// <summary>Gets the switch <c>TensorEngine</c>: <c>Managed</c>, <c>TorchCpu</c> or <c>TorchCuda</c>.</summary>
    public static string TensorEngine { get; } = Of("TensorEngine");

    /// <summary>Gets a fact that the build wrote into the program.</summary>
    /// <param name="key">The fact's name in the project file.</param>
    /// <returns>Its value.</returns>
    /// <exception cref="InvalidOperationException">The project file writes no such fact.</exception>
    public static string Of(string key) =>
        typeof(BuildInformation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(attribute => attribute.Key == key)?.Value
        ?? throw new InvalidOperationException($"Expected the build to write '{key}' into the program.");
}
