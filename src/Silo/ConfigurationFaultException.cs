namespace MemoryRL.Silo;

/// <summary>The configuration is not allowed.</summary>
/// <param name="faults">One message a fault, each naming its key.</param>
internal sealed class ConfigurationFaultException(IReadOnlyList<string> faults) : Exception(string.Join(' ', faults))
{
    /// <summary>Gets one message a fault.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;

    /// <summary>Throws when there are faults.</summary>
    /// <param name="faults">The faults.</param>
    /// <exception cref="ConfigurationFaultException">There is at least one.</exception>
    public static void ThrowIfAny(IEnumerable<string> faults)
    {
        var all = faults.ToArray();
        if (all.Length > 0)
        {
            throw new ConfigurationFaultException(all);
        }
    }
}
