using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace MemoryRL.Grains;

/// <summary>Checks each option's range.</summary>
[OptionsValidator]
internal sealed partial class MemoryRLOptionsRangeValidator : IValidateOptions<MemoryRLOptions>;

/// <summary>Checks the options that depend on each other; every message names its key.</summary>
internal sealed partial class MemoryRLOptionsValidator : IValidateOptions<MemoryRLOptions>
{
    private readonly MemoryRLOptionsRangeValidator _ranges = new();

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, MemoryRLOptions options)
    {
        var ranges = _ranges.Validate(MemoryRLOptions.SectionName, options);
        var faults = new List<string>((ranges.Failures ?? []).Select(NameKey));
        var hasFolder = !string.IsNullOrWhiteSpace(options.StorageFolder);
        if (options.Storage == GrainStorageKind.Folder && !hasFolder)
        {
            faults.Add($"{Key(nameof(options.StorageFolder))}: expected a folder with {Key(nameof(options.Storage))} = Folder but got none.");
        }

        if (options.Storage != GrainStorageKind.Folder && hasFolder)
        {
            faults.Add($"{Key(nameof(options.Storage))}: expected Folder with {Key(nameof(options.StorageFolder))} = '{options.StorageFolder}' but got {options.Storage}.");
        }

        if (options.Cluster is { } cluster)
        {
            CheckEndPoint(cluster.PrimarySilo, nameof(cluster.PrimarySilo), faults);
            CheckEndPoint(cluster.Gateway, nameof(cluster.Gateway), faults);
            if (options.Storage == GrainStorageKind.Folder && (cluster.PrimarySilo is not null || cluster.UseConfiguredClustering))
            {
                var joins = cluster.UseConfiguredClustering ? nameof(cluster.UseConfiguredClustering) : nameof(cluster.PrimarySilo);
                faults.Add($"{Key(nameof(options.Storage))}: expected Configured, storage that every silo reaches, with {Key(nameof(options.Cluster))}:{joins} but got Folder.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    // The generated validator writes a member's path, "Property SiloPort: The field MemoryRL.Cluster.SiloPort must be ...".
    private static string NameKey(string failure) =>
        MemberPath().Match(failure) is { Success: true } path ? path.Value.Replace('.', ':') + failure[(path.Index + path.Length)..] : failure;

    [GeneratedRegex($@"\b{MemoryRLOptions.SectionName}(\.\w+)+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MemberPath();

    private static void CheckEndPoint(string? value, string option, List<string> faults)
    {
        if (value is not null && (!IPEndPoint.TryParse(value, out var endPoint) || endPoint.Port == 0))
        {
            faults.Add($"{Key(nameof(MemoryRLOptions.Cluster))}:{option}: expected an IP address and a port such as 127.0.0.1:30000 but got '{value}'.");
        }
    }

    private static string Key(string option) => $"{MemoryRLOptions.SectionName}:{option}";
}
