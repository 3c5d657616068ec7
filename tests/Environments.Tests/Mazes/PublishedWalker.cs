using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>A published network as a policy of the plain ant.</summary>
internal sealed class PublishedWalker(string file) : IPolicy
{
    private readonly PublishedNetwork _network = new(file);

    public string Algorithm => "published";

    public long Version => 0;

    public void Act(ReadOnlySpan<byte> observations, ActMode mode, Span<RandomStream> randoms, ActionBatch actions) =>
        _network.Act(MemoryMarshal.Cast<byte, float>(observations)).CopyTo(MemoryMarshal.Cast<byte, float>(actions.Actions.AsSpan()));

    public void Dispose()
    {
    }
}
