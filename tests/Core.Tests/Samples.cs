using System.Runtime.InteropServices;

namespace MemoryRL.Core.Tests;

/// <summary>Specs and episodes that the tests share.</summary>
internal static class Samples
{
    public static ExperienceSpec Hopper { get; } = new(new BoxSpace(11), new BoxSpace(3, -1, 1));

    public static ExperienceSpec Grid { get; } = new(new DiscreteSpace(48), new DiscreteSpace(4))
    {
        ExtraColumns = [ColumnSpec.BehaviorLogProbability, ColumnSpec.ActionSource],
    };

    public static ExperienceSpec Pixels { get; } = new(new BoxSpace([7, 11], [0], [255], ElementType.UInt8), new BoxSpace([2], [-1, 0], [1, float.PositiveInfinity]))
    {
        ExtraColumns = [new ColumnSpec("logits", ElementType.Float64, [5]), new ColumnSpec("is_lucky", ElementType.Boolean, [])],
    };

    public static ExperienceSpec[] All { get; } = [Hopper, Grid, Pixels];

    public static Guid Id(int number) => new(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

    /// <summary>Makes an episode of random allowed values.</summary>
    public static Episode Episode(ExperienceSpec spec, int seed, int length, EpisodeEnd end = EpisodeEnd.Terminated, Func<int, float>? reward = null)
    {
        var random = new Random(seed);
        var rewards = new float[length];
        var versions = new long[length];
        for (var i = 0; i < length; i++)
        {
            rewards[i] = reward?.Invoke(i) ?? (float)random.NextDouble();
            versions[i] = random.Next(100);
        }

        return MemoryRL.Core.Episode.Create(
            spec,
            Id(seed),
            end,
            Values(spec.Observation.ElementType, spec.Observation is DiscreteSpace states ? states.Count : 0, (length + 1) * spec.Observation.ElementCount, random),
            Values(spec.Action.ElementType, spec.Action is DiscreteSpace actions ? actions.Count : 0, length * spec.Action.ElementCount, random),
            rewards,
            versions,
            [.. spec.ExtraColumns.Select(column => (ReadOnlyMemory<byte>)Values(column.ElementType, 0, length * column.ByteCount / column.ElementType.ByteCount(), random))]);
    }

    public static AgentEpisode AgentEpisode(ExperienceSpec spec, int seed, int length, EpisodeEnd end = EpisodeEnd.Terminated) =>
        new(Episode(spec, seed, length, end), $"agent-{seed % 7}", (EpisodeOutcome)(seed % 3));

    /// <summary>Makes an episode whose every number tells its id and step, so that a torn row shows.</summary>
    public static Episode Numbered(int number, int length, EpisodeEnd end = EpisodeEnd.Terminated)
    {
        var observations = Enumerable.Range(0, length + 1).SelectMany(step => Enumerable.Repeat((float)((number * 1000) + step), 11)).ToArray();
        var actions = new float[length * 3];
        return MemoryRL.Core.Episode.Create(
            Hopper,
            Id(number),
            end,
            MemoryMarshal.AsBytes<float>(observations),
            MemoryMarshal.AsBytes<float>(actions),
            Enumerable.Range(0, length).Select(step => (float)((number * 1000) + step)).ToArray(),
            Enumerable.Range(0, length).Select(step => (long)((number * 1000) + step)).ToArray());
    }

    public static SafetensorsDocument Saved(Action<SafetensorsBuilder> save)
    {
        var builder = new SafetensorsBuilder();
        save(builder);
        return SafetensorsDocument.Parse(builder.ToArray(), "memory");
    }

    public static float[] Floats(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    private static byte[] Values(ElementType type, int bound, int count, Random random)
    {
        var bytes = new byte[count * type.ByteCount()];
        switch (type)
        {
            case ElementType.Float32:
                foreach (ref var value in MemoryMarshal.Cast<byte, float>(bytes.AsSpan()))
                {
                    value = (float)random.NextDouble();
                }

                break;
            case ElementType.Float64:
                foreach (ref var value in MemoryMarshal.Cast<byte, double>(bytes.AsSpan()))
                {
                    value = random.NextDouble();
                }

                break;
            case ElementType.Int32:
                foreach (ref var value in MemoryMarshal.Cast<byte, int>(bytes.AsSpan()))
                {
                    value = random.Next(bound == 0 ? int.MaxValue : bound);
                }

                break;
            case ElementType.Boolean:
                foreach (ref var value in bytes.AsSpan())
                {
                    value = (byte)random.Next(2);
                }

                break;
            default:
                random.NextBytes(bytes);
                break;
        }

        return bytes;
    }
}
