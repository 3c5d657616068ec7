using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MemoryRL.Core;

namespace MemoryRL.Datasets.Tests;

/// <summary>The choice of the best episodes, against a sort of all of them.</summary>
public sealed class TopEpisodesTests
{
    private static readonly ExperienceSpec Spec = new(new BoxSpace(1), new BoxSpace(1));

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(9, 0.1)]
    [InlineData(30, 0.1)]
    [InlineData(37, 0.25)]
    [InlineData(20, 1.0)]
    public void The_chosen_ones_are_those_that_a_sort_puts_first(int count, double fraction)
    {
        var random = new RandomStream(1);
        var episodes = new List<Episode>();
        for (var i = 0; i < count; i++)
        {
            // Whole numbers, so that some returns are equal.
            episodes.Add(Create(i, [(float)random.NextInt32(5), (float)random.NextInt32(5)]));
        }

        var reads = 0;
        IEnumerable<Episode> Read()
        {
            reads++;
            return episodes.Select(episode => episode);
        }

        var selection = TopEpisodes.Select(Read(), fraction);
        var chosen = selection.Of(Read()).ToList();

        // LINQ's sort is stable: of equal returns the earlier one stays in front.
        var expected = episodes.OrderByDescending(episode => episode.Return).Take(Math.Max(1, (int)(fraction * count))).ToList();
        Assert.Equal(expected.Select(episode => episode.Id).Order(), chosen.Select(episode => episode.Id).Order());
        Assert.Equal(chosen.Select(episode => episodes.IndexOf(episode)).Order(), chosen.Select(episode => episodes.IndexOf(episode)));
        Assert.Equal((expected.Count, 2 * expected.Count, 2), (selection.Selected.Episodes, (int)selection.Selected.Steps, selection.Selected.LongestSteps));
        Assert.Equal(expected.Average(episode => episode.Return), selection.Selected.MeanReturn, 1e-9);
        Assert.Equal((count, episodes.Average(episode => episode.Return)), (selection.All.Episodes, selection.All.MeanReturn));
        Assert.Equal(2, reads);
    }

    [Fact]
    public void A_discount_ranks_early_rewards_before_late_ones()
    {
        Episode[] episodes = [Create(0, [0, 0, 10]), Create(1, [9, 0, 0])];

        Assert.Equal(episodes[0].Id, TopEpisodes.Select(episodes, 0.5).Of(episodes).Single().Id);
        Assert.Equal(episodes[1].Id, TopEpisodes.Select(episodes, 0.5, discount: 0.9).Of(episodes).Single().Id);
    }

    [Fact]
    public void The_fingerprint_is_of_all_episodes_contents_in_their_order_and_of_nothing_else()
    {
        Episode[] episodes = [Create(0, [1, 2]), Create(1, [3]), Create(2, [0, 4, 0])];
        using var content = new MemoryStream();
        Span<byte> frame = stackalloc byte[12];
        foreach (var episode in episodes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(frame, episode.Length);
            BinaryPrimitives.WriteInt32LittleEndian(frame[8..], (int)episode.End);
            content.Write(frame);
            content.Write(episode.Data.Span);
        }

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content.ToArray())), Of(episodes));
        Assert.Equal(Of(episodes), TopEpisodes.Select(episodes, 0.4).Fingerprint);
        Assert.Equal(Of(episodes), Of([Create(7, [1, 2]), .. episodes[1..]])); // ids are names, not content
        Episode[][] others = [[episodes[1], episodes[0], episodes[2]], episodes[..2], [Create(0, [1, 2.5f]), .. episodes[1..]], [Create(0, [1]), Create(3, [2]), .. episodes[1..]]];
        Assert.DoesNotContain(Of(episodes), others.Select(Of));

        static string Of(Episode[] episodes) => TopEpisodes.Select(episodes, 1).Fingerprint;
    }

    [Theory]
    [InlineData(0.0, 1.0, "episodes.top_fraction")]
    [InlineData(1.1, 1.0, "episodes.top_fraction")]
    [InlineData(double.NaN, 1.0, "episodes.top_fraction")]
    [InlineData(0.5, -0.1, "episodes.discount")]
    public void A_fraction_or_discount_out_of_range_is_refused_by_name(double fraction, double discount, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidExperienceException>(() => TopEpisodes.Select([Create(0, [1])], fraction, discount)).Field);

    [Fact]
    public void No_episodes_or_other_ones_at_the_second_reading_are_refused()
    {
        Episode[] episodes = [Create(0, [1]), Create(1, [2])];

        Assert.Equal("episodes.count", Assert.Throws<InvalidExperienceException>(() => TopEpisodes.Select([], 1)).Field);
        Assert.Equal("episodes.count", Assert.Throws<InvalidExperienceException>(() => TopEpisodes.Select(episodes, 1).Of(episodes[..1]).Count()).Field);
        Assert.Equal("episodes.count", Assert.Throws<InvalidExperienceException>(() => TopEpisodes.Select(episodes, 1).Of([.. episodes, episodes[0]]).Count()).Field);
    }

    private static Episode Create(int number, float[] rewards)
    {
        var observations = new float[rewards.Length + 1];
        return Episode.Create(Spec, new Guid(number + 1, 0, 0, new byte[8]), EpisodeEnd.Terminated, MemoryMarshal.AsBytes<float>(observations), MemoryMarshal.AsBytes<float>(new float[rewards.Length]), rewards);
    }
}
