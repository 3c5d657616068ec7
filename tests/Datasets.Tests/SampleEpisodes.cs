using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Datasets.Tests;

/// <summary>Random episodes of any spec.</summary>
internal static class SampleEpisodes
{
    public static IReadOnlyList<ExperienceSpec> Specs { get; } =
    [
        new(new DiscreteSpace(104), new DiscreteSpace(4)) { ExtraColumns = [ColumnSpec.ActionSource, new ColumnSpec("infos_count", ElementType.Int64, [])] },
        new(new BoxSpace([4, 5], [0], [255], ElementType.UInt8), new DiscreteSpace(2)) { ExtraColumns = [new ColumnSpec("infos_hash", ElementType.UInt64, [2])] },
        new(new BoxSpace(3), new BoxSpace([2], [-1, -2], [1, 2])) { ExtraColumns = [new ColumnSpec("goal", ElementType.Float32, [2]), new ColumnSpec("infos_place", ElementType.Int32, [])] },
    ];

    public static List<Episode> Random(ExperienceSpec spec, int[] lengths, ulong seed, bool hasVersions = true)
    {
        var random = new RandomStream(seed);
        var episodes = new List<Episode>();
        foreach (var length in lengths)
        {
            var rewards = new float[length];
            foreach (ref var reward in rewards.AsSpan())
            {
                reward = random.NextSingle() - 0.5f;
            }

            var extras = new List<ReadOnlyMemory<byte>>();
            foreach (var column in spec.ExtraColumns)
            {
                extras.Add(Values(column.ElementType, length * column.ByteCount / column.ElementType.ByteCount(), 2, ref random));
            }

            episodes.Add(Episode.Create(
                spec,
                new Guid(episodes.Count + 1, 0, 0, new byte[8]),
                episodes.Count % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated,
                Values(spec.Observation.ElementType, (length + 1) * spec.Observation.ElementCount, (spec.Observation as DiscreteSpace)?.Count ?? 256, ref random),
                Values(spec.Action.ElementType, length * spec.Action.ElementCount, (spec.Action as DiscreteSpace)?.Count ?? 256, ref random),
                rewards,
                [.. Enumerable.Range(0, length).Select(step => hasVersions ? (long)step / 7 : 0)],
                extras.ToArray()));
        }

        return episodes;
    }

    public static void AssertEqual(IReadOnlyList<Episode> expected, IReadOnlyList<Episode> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            var (left, right) = (expected[i], actual[i]);
            Assert.Equal((left.End, left.Length), (right.End, right.Length));
            Assert.True(left.Observations.SequenceEqual(right.Observations));
            Assert.True(left.Actions.SequenceEqual(right.Actions));
            Assert.True(left.Rewards.SequenceEqual(right.Rewards));
            Assert.True(left.PolicyVersions.SequenceEqual(right.PolicyVersions));
            for (var column = 0; column < left.Spec.ExtraColumns.Length; column++)
            {
                Assert.True(left.Extra(column).SequenceEqual(right.Extra(column)));
            }
        }
    }

    private static byte[] Values(ElementType type, int count, int below, ref RandomStream random)
    {
        var bytes = new byte[count * type.ByteCount()];
        for (var i = 0; i < count; i++)
        {
            var target = bytes.AsSpan(i * type.ByteCount());
            switch (type)
            {
                case ElementType.Float32:
                    MemoryMarshal.Write(target, (random.NextSingle() * 2) - 1);
                    break;
                case ElementType.Float64:
                    MemoryMarshal.Write(target, (random.NextSingle() * 2.0) - 1);
                    break;
                case ElementType.Int32:
                    MemoryMarshal.Write(target, random.NextInt32(below));
                    break;
                case ElementType.Int64 or ElementType.UInt64:
                    MemoryMarshal.Write(target, (long)random.NextInt32(int.MaxValue) << 31);
                    break;
                default:
                    target[0] = (byte)random.NextInt32(below);
                    break;
            }
        }

        return bytes;
    }
}
