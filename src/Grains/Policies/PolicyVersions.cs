using System.Globalization;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>The newest bundles of a policy, old ones dropped by count, and their form on disk: each bundle one tensor of bytes.</summary>
/// <param name="kept">How many versions are kept, at least 1.</param>
internal sealed class PolicyVersions(int kept)
{
    private const string Prefix = "bundle.";

    private readonly List<PolicyBundle> _bundles = [];

    /// <summary>Gets the newest bundle, or null.</summary>
    public PolicyBundle? Latest => _bundles.Count == 0 ? null : _bundles[^1];

    /// <summary>Gets the bundles, the oldest first.</summary>
    public IReadOnlyList<PolicyBundle> Bundles => _bundles;

    /// <summary>Checks a bundle and adds it; the oldest is dropped where there are too many.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <exception cref="InvalidInputException">The version is not above the latest, or the bundle is of another kind, or the weights are no Safetensors file.</exception>
    public void Add(PolicyBundle bundle)
    {
        var latest = Latest?.Version ?? 0;
        if (bundle.Version <= latest)
        {
            throw new InvalidInputException("bundle.version", $"a version above {latest}", bundle.Version.ToString(CultureInfo.InvariantCulture));
        }

        if (string.IsNullOrWhiteSpace(bundle.Algorithm))
        {
            throw new InvalidInputException("bundle.algorithm", "the algorithm's name", $"'{bundle.Algorithm}'");
        }

        if (bundle.Weights.Kind != ColumnsKind.Safetensors)
        {
            throw new InvalidInputException("bundle.weights.kind", nameof(ColumnsKind.Safetensors), bundle.Weights.Kind.ToString());
        }

        try
        {
            _ = SafetensorsDocument.Parse(bundle.Weights.Data, "bundle.weights");
        }
        catch (SafetensorsFormatException fault)
        {
            throw new InvalidInputException(fault.Origin, "a Safetensors file", fault.Fault);
        }

        _bundles.Add(bundle);
        if (_bundles.Count > kept)
        {
            _bundles.RemoveAt(0);
        }
    }

    /// <summary>Looks a version up.</summary>
    /// <param name="version">The version.</param>
    /// <returns>The bundle, or null when it is not kept.</returns>
    public PolicyBundle? Find(long version) => _bundles.Find(bundle => bundle.Version == version);

    /// <summary>Writes the bundles.</summary>
    /// <returns>The file.</returns>
    public SafetensorsBuilder Save()
    {
        var content = new SafetensorsBuilder();
        foreach (var bundle in _bundles)
        {
            var name = Prefix + bundle.Version.ToString(CultureInfo.InvariantCulture);
            content.Add(name, ElementType.UInt8, [bundle.Weights.Data.Length], bundle.Weights.Data);
            content.Metadata[$"{name}.algorithm"] = bundle.Algorithm;
            content.Metadata[$"{name}.published_at"] = bundle.PublishedAt.ToString("O", CultureInfo.InvariantCulture);
            content.Metadata[$"{name}.update_count"] = bundle.UpdateCount.ToString(CultureInfo.InvariantCulture);
        }

        return content;
    }

    /// <summary>Reads the bundles back, the newest ones where fewer are kept now.</summary>
    /// <param name="content">What <see cref="Save"/> wrote.</param>
    public void Load(SafetensorsDocument content)
    {
        var bundles = content.Tensors.Where(tensor => tensor.Name.StartsWith(Prefix, StringComparison.Ordinal)).Select(tensor => new PolicyBundle(
            long.Parse(tensor.Name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture),
            content.Metadata[$"{tensor.Name}.algorithm"],
            DateTimeOffset.Parse(content.Metadata[$"{tensor.Name}.published_at"], CultureInfo.InvariantCulture),
            new Columns(ColumnsKind.Safetensors, 0, 1, tensor.Data),
            content.Metadata.TryGetValue($"{tensor.Name}.update_count", out var updates) ? long.Parse(updates, NumberStyles.None, CultureInfo.InvariantCulture) : 0));
        _bundles.Clear();
        _bundles.AddRange(bundles.OrderBy(bundle => bundle.Version).TakeLast(kept));
    }
}
