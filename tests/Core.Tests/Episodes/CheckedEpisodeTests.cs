namespace MemoryRL.Core.Tests;

public sealed class CheckedEpisodeTests
{
    private readonly Episode _episode = Samples.Episode(Samples.Grid, seed: 1, length: 5);

    [Fact]
    public void Bytes_that_an_episode_handed_out_are_that_episode_again()
    {
        Assert.Same(_episode, Episode.FromBuffer(Samples.Grid, _episode.Id, _episode.End, _episode.Length, _episode.Data));
        Assert.Same(_episode, Episode.FromBuffer(Samples.Grid with { }, _episode.Id, _episode.End, _episode.Length, _episode.Data));
    }

    [Fact]
    public void A_copy_of_the_bytes_is_checked_like_any_other()
    {
        var copy = Episode.FromBuffer(Samples.Grid, _episode.Id, _episode.End, _episode.Length, _episode.Data.ToArray());
        Assert.NotSame(_episode, copy);
        Assert.True(copy.Data.Span.SequenceEqual(_episode.Data.Span));
        var damaged = _episode.Data.ToArray();
        damaged.AsSpan(0, 4).Fill(0x7F);
        Assert.Equal("episode.observations", Assert.Throws<InvalidExperienceException>(() => Episode.FromBuffer(Samples.Grid, _episode.Id, _episode.End, _episode.Length, damaged)).Field);
    }

    [Fact]
    public void The_bytes_under_another_frame_are_another_episode_and_checked()
    {
        var renamed = Episode.FromBuffer(Samples.Grid, Samples.Id(2), EpisodeEnd.Truncated, _episode.Length, _episode.Data);
        Assert.Equal((Samples.Id(2), EpisodeEnd.Truncated), (renamed.Id, renamed.End));
        Assert.True(renamed.Data.Span.SequenceEqual(_episode.Data.Span));
        Assert.Throws<InvalidExperienceException>(() => Episode.FromBuffer(Samples.Grid, _episode.Id, _episode.End, 4, _episode.Data));
        Assert.Throws<InvalidExperienceException>(() => Episode.FromBuffer(Samples.Grid, _episode.Id, _episode.End, _episode.Length, _episode.Data[8..]));
        var fewer = Samples.Grid with { Observation = new DiscreteSpace(1) };
        Assert.Throws<InvalidExperienceException>(() => Episode.FromBuffer(fewer, _episode.Id, _episode.End, _episode.Length, _episode.Data));
    }
}
