using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Grains.Tests;

/// <summary>
/// A learner on planned targets whose state is a digest of everything it was fed, and whose value function follows from that state at the last
/// refresh. Options: <c>refresh</c> updates between two plans, <c>plans</c> after which it has no other, <c>steps</c> that it renews (0: all), <c>fault</c> of
/// the value function from version 2 on, <c>hold-at</c> before which update it waits to be released.
/// </summary>
internal sealed class PlanningLearner(LearnerSettings settings, LearnerTrace? trace = null) : IPlanningLearner
{
    private ulong _digest = 0xCBF29CE484222325UL;
    private ulong _planDigest = 1;
    private long _updates;

    public long UpdateCount => _updates;

    public DataRequest NextRequest => new(Planned: 16);

    public ulong Digest => _digest;

    public ValuePlan Plan { get; private set; } = CreatePlan(settings, 1, 1);

    public IReadOnlyList<Metric> Update(LearnerBatch batch)
    {
        if (_updates + 1 == Option(settings, "hold-at"))
        {
            trace?.Hold();
        }

        _updates++;
        foreach (var value in batch.Planned!.Data.Span)
        {
            _digest = (_digest ^ value) * 0x100000001B3UL;
        }

        if (_updates % Option(settings, "refresh") == 0 && Plan.Version != Option(settings, "plans"))
        {
            _planDigest = _digest;
            Plan = CreatePlan(settings, Plan.Version + 1, _planDigest);
        }

        trace?.Record(_updates, _digest, Thread.CurrentThread);
        return [new Metric("losses/digest", _digest % 1000), new Metric("losses/oldest_version", batch.Planned.Versions.ToArray().Min())];
    }

    public void Save(SafetensorsBuilder checkpoint) => checkpoint.Add<ulong>("state", [4], [(ulong)_updates, _digest, (ulong)Plan.Version, _planDigest]);

    public void Load(SafetensorsDocument checkpoint)
    {
        var state = MemoryMarshal.Cast<byte, ulong>(checkpoint.Require("state", ElementType.UInt64, 4).Data.Span);
        (_updates, _digest, _planDigest) = ((long)state[0], state[1], state[3]);
        Plan = CreatePlan(settings, (long)state[2], _planDigest);
    }

    public ReadOnlyMemory<byte> CreatePolicyBundle(long version) => CreateBundle(version, _digest);

    public ReadOnlyMemory<byte> CreateValueBundle(long version) => CreateBundle(version, ~_digest);

    public void Dispose() => trace?.RecordDisposal(Thread.CurrentThread);

    private static byte[] CreateBundle(long version, ulong digest)
    {
        var bundle = new SafetensorsBuilder();
        bundle.Metadata["version"] = version.ToString(CultureInfo.InvariantCulture);
        bundle.Add<ulong>("digest", [1], [digest]);
        return bundle.ToArray();
    }

    private static int Option(LearnerSettings settings, string name) => settings.Options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;

    private static ValuePlan CreatePlan(LearnerSettings settings, long version, ulong digest)
    {
        var fault = version > 1 && settings.Options.TryGetValue("fault", out var text) ? text : "";
        long? steps = Option(settings, "steps") is var some && some > 0 ? some : null;
        return new ValuePlan(version, StateValuesFactory.Name, StateValues.Bundle(version, [digest % 13, digest % 7], fault), Plans.Settings, steps);
    }
}

internal sealed class PlanningLearnerFactory(LearnerTrace trace) : ILearnerFactory
{
    public const string Name = "planning";

    public string Algorithm => Name;

    public ImmutableArray<ColumnSpec> RequiredColumns => [];

    public ILearner Create(LearnerSettings settings) => new PlanningLearner(settings, trace);
}
