using System.Reflection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;

namespace MemoryRL.Embedded.Runtime;

/// <summary>
/// Finds the grain classes and interfaces: those in the assemblies, loaded or referenced by loaded ones, that use this one. Real Orleans
/// reads the same from what its generator leaves in each assembly, so grain code needs no call of its own in either host.
/// </summary>
internal sealed class AssemblyScan : IConfigureOptions<GrainTypeOptions>
{
    private static readonly string HostName = typeof(IGrain).Assembly.GetName().Name!;

    public void Configure(GrainTypeOptions options)
    {
        foreach (var assembly in AssembliesThatUseTheHost())
        {
            foreach (var type in assembly.GetTypes())
            {
                if (GrainInterfaces.IsGrainInterface(type))
                {
                    options.Interfaces.Add(type);
                }
                else if (type is { IsClass: true, IsAbstract: false } && typeof(IGrainBase).IsAssignableFrom(type))
                {
                    options.Classes.Add(type);
                }
            }
        }
    }

    private static HashSet<Assembly> AssembliesThatUseTheHost()
    {
        var found = new HashSet<Assembly>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic && !IsForeign(assembly.GetName())));
        while (open.TryDequeue(out var assembly))
        {
            if (!seen.Add(assembly.FullName!))
            {
                continue;
            }

            foreach (var reference in assembly.GetReferencedAssemblies())
            {
                if (string.Equals(reference.Name, HostName, StringComparison.Ordinal))
                {
                    found.Add(assembly);
                }
                else if (!IsForeign(reference) && !seen.Contains(reference.FullName) && TryLoad(reference) is { } loaded)
                {
                    open.Enqueue(loaded);
                }
            }
        }

        return found;
    }

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return null;
        }
    }

    // None of these can use the host, and loading them all would cost the start its seconds.
    private static bool IsForeign(AssemblyName name)
    {
        return name.Name is null or "mscorlib" or "netstandard" or "WindowsBase" || Starts("System") || Starts("Microsoft") || Starts("xunit");

        bool Starts(string prefix) => name.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && (name.Name.Length == prefix.Length || name.Name[prefix.Length] == '.');
    }
}
