using System.Buffers.Binary;
using System.Collections;
using System.Security.Cryptography;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>Chooses the best episodes of a sequence that need not fit into memory: one pass for the returns, a second one for the episodes.</summary>
/// <remarks>
/// As <c>keep_best_trajectories</c> of CORL's <c>any_percent_bc</c> (https://github.com/corl-team/CORL): the largest whole number of episodes
/// within the fraction, at least one. CORL ranks by returns discounted by 0.99; ours are undiscounted unless another discount is given. Of equal
/// returns the earlier episode goes first (our choice).
/// </remarks>
public static class TopEpisodes
{
    /// <summary>Chooses.</summary>
    /// <param name="episodes">The sequence; it is read once, and nothing but the returns and a fingerprint is kept.</param>
    /// <param name="fraction">The share of the episodes, above 0, at most 1.</param>
    /// <param name="discount">The discount of the returns that rank the episodes, in [0, 1].</param>
    /// <returns>The selection.</returns>
    /// <exception cref="InvalidExperienceException">The fraction or the discount is out of range, or there are no episodes.</exception>
    public static EpisodeSelection Select(IEnumerable<Episode> episodes, double fraction, double discount = 1)
    {
        ArgumentNullException.ThrowIfNull(episodes);
        InvalidExperienceException.ThrowUnless(fraction is > 0 and <= 1, "episodes.top_fraction", "more than 0 and at most 1", fraction);
        InvalidExperienceException.ThrowUnless(discount is >= 0 and <= 1, "episodes.discount", "a number from 0 to 1", discount);
        var found = new List<Entry>();
        using var fingerprint = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var episode in episodes)
        {
            found.Add(new Entry(episode.Return, discount == 1 ? episode.Return : Discounted(episode.Rewards, discount), episode.Length));
            Add(fingerprint, episode);
        }

        InvalidExperienceException.ThrowUnless(found.Count > 0, "episodes.count", "1 or more episodes", found.Count);
        var order = new int[found.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (left, right) => found[left].Rank != found[right].Rank ? found[right].Rank.CompareTo(found[left].Rank) : left.CompareTo(right));
        var best = order.AsSpan(0, Math.Max(1, (int)(fraction * order.Length)));
        var chosen = new BitArray(order.Length);
        foreach (var index in best)
        {
            chosen[index] = true;
        }

        return new EpisodeSelection(chosen, Total(order, found), Total(best, found), Convert.ToHexStringLower(fingerprint.GetHashAndReset()));
    }

    // Lengths and ends too: where one episode ends and the next begins is part of what is learned.
    private static void Add(IncrementalHash fingerprint, Episode episode)
    {
        Span<byte> frame = stackalloc byte[sizeof(long) + sizeof(int)];
        BinaryPrimitives.WriteInt64LittleEndian(frame, episode.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame[sizeof(long)..], (int)episode.End);
        fingerprint.AppendData(frame);
        fingerprint.AppendData(episode.Data.Span);
    }

    private static double Discounted(ReadOnlySpan<float> rewards, double discount)
    {
        var sum = 0.0;
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            sum = rewards[t] + (discount * sum);
        }

        return sum;
    }

    private static EpisodeTotals Total(ReadOnlySpan<int> indices, List<Entry> found)
    {
        var (steps, sum, longest, worst, best) = (0L, 0.0, 0, double.NaN, double.NaN);
        foreach (var index in indices)
        {
            steps += found[index].Length;
            sum += found[index].Return;
            longest = Math.Max(longest, found[index].Length);
            worst = double.IsNaN(worst) ? found[index].Return : Math.Min(worst, found[index].Return);
            best = double.IsNaN(best) ? found[index].Return : Math.Max(best, found[index].Return);
        }

        return new EpisodeTotals(indices.Length, steps, sum / indices.Length, longest, worst, best);
    }

    private readonly record struct Entry(double Return, double Rank, int Length);
}
