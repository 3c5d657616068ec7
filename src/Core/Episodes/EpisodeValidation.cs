using System.Runtime.InteropServices;

namespace MemoryRL.Core;

/// <summary>The checks that every episode passes at the door.</summary>
/// <remarks>
/// Float numbers must be finite in every column. Actions must lie in their space, without tolerance: an action outside it was never taken by
/// an environment that keeps Gymnasium's contract. Bounds of float observations are advisory, as Gymnasium's own environments step over theirs,
/// but the index of a tabular observation must be in its space, since tables are looked up with it. Policy versions are not negative.
/// </remarks>
internal static class EpisodeValidation
{
    /// <summary>Checks an episode.</summary>
    /// <param name="episode">The episode.</param>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the column, the step and the element.</exception>
    public static void Check(Episode episode)
    {
        CheckObservations(episode.Spec.Observation, episode.Observations);
        CheckActions(episode.Spec.Action, episode.Actions);
        CheckFinite("rewards", episode.Rewards, 1);
        var versions = episode.PolicyVersions;
        var negative = RangeScan.IndexNegative(versions);
        if (negative >= 0)
        {
            throw Fault("episode.policy_versions", "0 or more", negative, 1, versions[negative]);
        }

        for (var i = 0; i < episode.Spec.ExtraColumns.Length; i++)
        {
            CheckExtra(episode.Spec.ExtraColumns[i], episode.Extra(i));
        }
    }

    private static void CheckObservations(Space space, ReadOnlySpan<byte> observations)
    {
        if (space is DiscreteSpace discrete)
        {
            CheckDiscrete("episode.observations", discrete, observations);
        }
        else if (space.ElementType == ElementType.Float32)
        {
            CheckFinite("observations", MemoryMarshal.Cast<byte, float>(observations), space.ElementCount);
        }
    }

    private static void CheckActions(Space space, ReadOnlySpan<byte> actions)
    {
        if (space is DiscreteSpace discrete)
        {
            CheckDiscrete("episode.actions", discrete, actions);
            return;
        }

        if (space is not BoxSpace { ElementType: ElementType.Float32 } box)
        {
            return;
        }

        var values = MemoryMarshal.Cast<byte, float>(actions);
        var (lows, highs) = box.FiniteBounds;
        var outside = box.Low.Length == 1 && box.High.Length == 1 ? RangeScan.IndexOutside(values, lows[0], highs[0]) : RangeScan.IndexOutside(values, lows, highs);
        if (outside >= 0)
        {
            var element = outside % box.ElementCount;
            var expected = float.IsFinite(values[outside]) ? FormattableString.Invariant($"a number in [{box.LowAt(element)}, {box.HighAt(element)}]") : "a finite number";
            throw Fault("episode.actions", expected, outside, box.ElementCount, values[outside]);
        }
    }

    private static void CheckDiscrete(string field, DiscreteSpace space, ReadOnlySpan<byte> column)
    {
        var values = MemoryMarshal.Cast<byte, int>(column);
        var outside = RangeScan.IndexNotBelow(values, space.Count);
        if (outside >= 0)
        {
            throw Fault(field, FormattableString.Invariant($"a whole number from 0 to {space.Count - 1}"), outside, 1, values[outside]);
        }
    }

    private static void CheckExtra(ColumnSpec column, ReadOnlySpan<byte> bytes)
    {
        switch (column.ElementType)
        {
            case ElementType.Float32:
                CheckFinite(column.Name, MemoryMarshal.Cast<byte, float>(bytes), column.ElementCount);
                break;
            case ElementType.Float64:
                var numbers = MemoryMarshal.Cast<byte, double>(bytes);
                var infinite = RangeScan.IndexNotFinite(numbers);
                if (infinite >= 0)
                {
                    throw Fault($"episode.{column.Name}", "a finite number", infinite, column.ElementCount, numbers[infinite]);
                }

                break;
            case ElementType.Boolean:
                var other = bytes.IndexOfAnyExcept((byte)0, (byte)1);
                if (other >= 0)
                {
                    throw Fault($"episode.{column.Name}", "0 or 1", other, column.ElementCount, bytes[other]);
                }

                break;
            default:
                break;
        }
    }

    private static void CheckFinite(string column, ReadOnlySpan<float> values, int elementCount)
    {
        var outside = RangeScan.IndexOutside(values, -float.MaxValue, float.MaxValue);
        if (outside >= 0)
        {
            throw Fault($"episode.{column}", "a finite number", outside, elementCount, values[outside]);
        }
    }

    private static InvalidExperienceException Fault<T>(string field, string expected, int index, int elementCount, T actual)
        where T : IFormattable
    {
        var place = elementCount == 1 ? $"at step {index / elementCount}" : $"at step {index / elementCount}, element {index % elementCount}";
        return new InvalidExperienceException(field, $"{expected} {place}", actual.ToString(null, System.Globalization.CultureInfo.InvariantCulture)) { Step = index / elementCount };
    }
}
