using System.Globalization;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Client.Tests;

/// <summary>A policy whose choice is a function of the agent's own observation and random stream.</summary>
internal sealed class FakePolicy(long version) : IPolicy
{
    public string Algorithm => "fake";

    public long Version => version;

    public bool IsDisposed { get; private set; }

    public int Acts { get; private set; }

    public void Act(ReadOnlySpan<byte> observations, ActMode mode, Span<RandomStream> randoms, ActionBatch actions)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Acts++;
        var cells = MemoryMarshal.Cast<byte, int>(observations);
        var choices = MemoryMarshal.Cast<byte, int>(actions.Actions.AsSpan());
        for (var i = 0; i < randoms.Length; i++)
        {
            var draw = randoms[i].NextInt32(4);
            choices[i] = (draw + cells[i]) % 4;
            actions.LogProbabilities[i] = -cells[i];
            actions.Confidences[i] = 0.5f;
            actions.Sources[i] = draw == 0 ? ActionSource.Memory : ActionSource.Explorer;
        }
    }

    public void Dispose() => IsDisposed = true;
}

/// <summary>Makes fake policies; a bundle holds its version and nothing else.</summary>
internal sealed class FakePolicyFactory : IPolicyFactory
{
    public string Algorithm => "fake";

    public List<FakePolicy> Created { get; } = [];

    public static byte[] Bundle(long version)
    {
        var bundle = new SafetensorsBuilder();
        bundle.Metadata["algorithm"] = "fake";
        bundle.Metadata["version"] = version.ToString(CultureInfo.InvariantCulture);
        return bundle.ToArray();
    }

    public IPolicy Create(ReadOnlyMemory<byte> bundle)
    {
        var policy = new FakePolicy(long.Parse(SafetensorsDocument.Parse(bundle, "bundle").Metadata["version"], CultureInfo.InvariantCulture));
        lock (Created)
        {
            Created.Add(policy);
        }

        return policy;
    }
}
