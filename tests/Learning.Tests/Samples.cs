using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning.Tests;

/// <summary>Made-up experience with fixed seeds.</summary>
internal static class Samples
{
    public static readonly ImmutableArray<ColumnSpec> Columns = [ColumnSpec.BehaviorLogProbability, ColumnSpec.ActionSource];

    public static readonly ExperienceSpec Grid = new(new DiscreteSpace(12), new DiscreteSpace(4)) { ExtraColumns = Columns };

    public static readonly ExperienceSpec Box = new(new BoxSpace(3), new BoxSpace([2], [-2, 0], [2, 1])) { ExtraColumns = Columns };

    public static readonly ExperienceSpec Image = new(new BoxSpace([2, 3], [0], [255], ElementType.UInt8), new DiscreteSpace(3)) { ExtraColumns = Columns };

    public static readonly TheoryData<string> SpecNames = ["grid", "box", "image"];

    public static ExperienceSpec Spec(string name) => name switch
    {
        "grid" => Grid,
        "box" => Box,
        _ => Image,
    };

    public static LearnerSettings Settings(ExperienceSpec spec, params ReadOnlySpan<(string Name, string Value)> options)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, string>();
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }

        return new LearnerSettings(spec, 7, "cpu", all.ToImmutable());
    }

    public static Episode Episode(
        ExperienceSpec spec,
        ref RandomStream random,
        int length,
        EpisodeEnd end = EpisodeEnd.Terminated,
        ActionSource source = ActionSource.Explorer,
        Func<int, float>? reward = null)
    {
        var observations = Values(spec.Observation, ref random, length + 1);
        var actions = Values(spec.Action, ref random, length);
        var rewards = new float[length];
        var logProbabilities = new float[length];
        for (var t = 0; t < length; t++)
        {
            rewards[t] = reward is null ? (float)random.NextNormal() : reward(t);
            logProbabilities[t] = MathF.Log(0.25f);
        }

        var sources = new byte[length];
        Array.Fill(sources, (byte)source);
        return MemoryRL.Core.Episode.Create(
            spec, Id(ref random), end, observations, actions, rewards, default, MemoryMarshal.AsBytes<float>(logProbabilities).ToArray(), sources);
    }

    public static IReadOnlyList<Episode> Episodes(ExperienceSpec spec, ulong seed, int count = 6, int length = 10, ActionSource source = ActionSource.Explorer)
    {
        var random = new RandomStream(seed);
        var episodes = new Episode[count];
        for (var i = 0; i < count; i++)
        {
            episodes[i] = Episode(spec, ref random, length, i % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated, source);
        }

        return episodes;
    }

    public static TransitionBatch Transitions(ExperienceSpec spec, ulong seed, int count)
    {
        var random = new RandomStream(seed);
        return Transitions(spec, Values(spec.Observation, ref random, count), Values(spec.Action, ref random, count));
    }

    public static TransitionBatch Transitions(ExperienceSpec spec, ReadOnlySpan<byte> observations, ReadOnlySpan<byte> actions)
    {
        var count = actions.Length / spec.Action.ByteCount;
        var layout = new TransitionLayout(spec, count);
        var data = new byte[layout.ByteCount];
        observations.CopyTo(data.AsSpan(layout.Observations));
        actions.CopyTo(data.AsSpan(layout.Actions));
        return TransitionBatch.FromBuffer(spec, count, data);
    }

    public static PlannedBatch Planned(ExperienceSpec spec, ReadOnlySpan<byte> observations, ReadOnlySpan<byte> actions, ReadOnlySpan<float> targets, long version = 1)
    {
        var count = targets.Length / PlannedBatch.TargetCount;
        var transitions = Transitions(spec, observations, actions).Data;
        var data = new byte[new PlannedBatch(spec, count).Data.Length];
        transitions.CopyTo(data);
        var batch = PlannedBatch.FromBuffer(spec, count, data);
        targets.CopyTo(Writable(batch.Targets));
        Writable(batch.Versions).Fill(version);
        return batch;

        static Span<T> Writable<T>(ReadOnlySpan<T> span) => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(span), span.Length);
    }

    public static PlannedBatch Planned(ExperienceSpec spec, ulong seed, int count, long version = 1)
    {
        var random = new RandomStream(seed);
        var (observations, actions, targets) = (Values(spec.Observation, ref random, count), Values(spec.Action, ref random, count), new float[count * PlannedBatch.TargetCount]);
        foreach (ref var target in targets.AsSpan())
        {
            target = (float)random.NextNormal();
        }

        return Planned(spec, observations, actions, targets, version);
    }

    public static TransitionBatch GridSteps(params ReadOnlySpan<(int Observation, int Action)> steps)
    {
        var (observations, actions) = (new int[steps.Length], new int[steps.Length]);
        for (var i = 0; i < steps.Length; i++)
        {
            (observations[i], actions[i]) = steps[i];
        }

        return Transitions(Grid, MemoryMarshal.AsBytes<int>(observations), MemoryMarshal.AsBytes<int>(actions));
    }

    public static LearnerBatch Batch(ExperienceSpec spec, ulong seed) => new()
    {
        Fresh = Episodes(spec, seed),
        Success = Transitions(spec, seed + 1000, 40),
        Failure = Transitions(spec, seed + 2000, 30),
    };

    public static byte[] Checkpoint(ILearner learner)
    {
        var file = new SafetensorsBuilder();
        learner.Save(file);
        return file.ToArray();
    }

    public static SafetensorsDocument Without(SafetensorsDocument document, string name)
    {
        var copy = new SafetensorsBuilder();
        foreach (var tensor in document.Tensors.Where(tensor => tensor.Name != name))
        {
            copy.Add(tensor.Name, tensor.ElementType, tensor.Shape.AsSpan(), tensor.Data);
        }

        foreach (var (key, text) in document.Metadata.Where(entry => entry.Key != name))
        {
            copy.Metadata[key] = text;
        }

        return SafetensorsDocument.Parse(copy.ToArray(), "damaged");
    }

    public static byte[] Values(Space space, ref RandomStream random, int count)
    {
        var bytes = new byte[count * space.ByteCount];
        if (space is DiscreteSpace discrete)
        {
            foreach (ref var value in MemoryMarshal.Cast<byte, int>(bytes.AsSpan()))
            {
                value = random.NextInt32(discrete.Count);
            }
        }
        else if (space.ElementType == ElementType.UInt8)
        {
            foreach (ref var value in bytes.AsSpan())
            {
                value = (byte)random.NextInt32(256);
            }
        }
        else
        {
            var box = (BoxSpace)space;
            var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
            for (var i = 0; i < values.Length; i++)
            {
                var (low, high) = (box.LowAt(i % box.ElementCount), box.HighAt(i % box.ElementCount));
                values[i] = float.IsFinite(low) ? low + ((high - low) * random.NextSingle()) : (float)random.NextNormal();
            }
        }

        return bytes;
    }

    private static Guid Id(ref RandomStream random)
    {
        Span<ulong> words = [random.NextUInt64(), random.NextUInt64()];
        return new Guid(MemoryMarshal.AsBytes(words));
    }
}
