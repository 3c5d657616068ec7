using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Grains.Tests;

/// <summary>
/// A learner whose state is a digest of everything it was ever fed and drew, so that any step missed, repeated or changed shows in it. It has a metric more in odd updates.
/// Options: <c>fresh</c>, <c>transitions</c>, <c>success</c>, <c>failure</c> say what it asks for, <c>fail-at</c> at which update it fails,
/// <c>hold-at</c> before which it waits to be released, <c>rest-at</c> after which feedings change nothing, <c>unsaveable</c> that it cannot be saved after its first.
/// </summary>
internal sealed class CountingLearner : ILearner
{
    private readonly LearnerSettings _settings;
    private readonly LearnerTrace? _trace;
    private RandomStream _random;
    private long _updates;
    private ulong _digest = 0xCBF29CE484222325UL;

    public CountingLearner(LearnerSettings settings, LearnerTrace? trace = null)
    {
        _settings = settings;
        _trace = trace;
        _random = new RandomStream((ulong)settings.Seed);
        NextRequest = new DataRequest(Option("fresh"), Option("transitions"), Option("success"), Option("failure"));
    }

    public long UpdateCount => _updates;

    public DataRequest NextRequest { get; }

    public ulong Digest => _digest;

    public IReadOnlyList<Metric> Update(LearnerBatch batch)
    {
        if (Option("fail-at") is var failAt && failAt > 0 && _updates + 1 == failAt)
        {
            throw new InvalidOperationException("The loss is not finite.");
        }

        if (_updates > 0 && _updates == Option("rest-at"))
        {
            return [];
        }

        if (_updates + 1 == Option("hold-at"))
        {
            _trace?.Hold();
        }

        _updates++;
        Mix(_random.NextUInt64());
        foreach (var episode in batch.Fresh)
        {
            Mix(episode.Data.Span);
        }

        MixBatch(batch.Transitions);
        MixBatch(batch.Success);
        MixBatch(batch.Failure);
        _trace?.Record(_updates, _digest, Thread.CurrentThread);
        var digest = new Metric("losses/digest", _digest % 1000);
        return _updates % 2 == 1 ? [digest, new Metric("losses/odd", _updates)] : [digest];
    }

    public void Save(SafetensorsBuilder checkpoint)
    {
        if (_updates > 0 && Option("unsaveable") == 1)
        {
            throw new InvalidOperationException("Nothing to save.");
        }

        var (s0, s1, s2, s3) = _random.State;
        checkpoint.Add<ulong>("state", [6], [(ulong)_updates, _digest, s0, s1, s2, s3]);
    }

    public void Load(SafetensorsDocument checkpoint)
    {
        var state = MemoryMarshal.Cast<byte, ulong>(checkpoint.Require("state", ElementType.UInt64, 6).Data.Span);
        _updates = (long)state[0];
        _digest = state[1];
        _random.State = (state[2], state[3], state[4], state[5]);
    }

    public ReadOnlyMemory<byte> CreatePolicyBundle(long version)
    {
        var bundle = new SafetensorsBuilder();
        bundle.Metadata["algorithm"] = CountingLearnerFactory.Name;
        bundle.Metadata["version"] = version.ToString(CultureInfo.InvariantCulture);
        bundle.Add<ulong>("digest", [1], [_digest]);
        return bundle.ToArray();
    }

    public void Dispose() => _trace?.RecordDisposal(Thread.CurrentThread);

    private int Option(string name) => _settings.Options.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;

    private void MixBatch(TransitionBatch? batch)
    {
        if (batch is not null)
        {
            Mix(batch.Data.Span);
        }
    }

    private void Mix(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            Mix(value);
        }
    }

    private void Mix(ulong value) => _digest = (_digest ^ value) * 0x100000001B3UL;
}

internal sealed class CountingLearnerFactory(LearnerTrace trace) : ILearnerFactory
{
    public const string Name = "counting";

    public string Algorithm => Name;

    public ImmutableArray<ColumnSpec> RequiredColumns => [];

    public ILearner Create(LearnerSettings settings)
    {
        foreach (var option in settings.Options.Keys)
        {
            InvalidExperienceException.ThrowUnless(option is "hold-at" or "rest-at" or "unsaveable" or "fresh" or "transitions" or "success" or "failure" or "fail-at", $"options.{option}", "an option of counting", option);
        }

        return new CountingLearner(settings, trace);
    }
}
