using System.Collections;
using MemoryRL.Core;

namespace MemoryRL.Datasets;

/// <summary>Which episodes of a sequence were chosen by their returns, and how all of them and the chosen ones did.</summary>
public sealed class EpisodeSelection
{
    private readonly BitArray _chosen;

    /// <summary>Initializes a selection.</summary>
    /// <param name="chosen">For each episode, whether it was chosen.</param>
    /// <param name="all">All episodes.</param>
    /// <param name="selected">The chosen ones.</param>
    /// <param name="fingerprint">The SHA-256 of all episodes.</param>
    internal EpisodeSelection(BitArray chosen, EpisodeTotals all, EpisodeTotals selected, string fingerprint)
    {
        _chosen = chosen;
        All = all;
        Selected = selected;
        Fingerprint = fingerprint;
    }

    /// <summary>Gets what all episodes come to.</summary>
    public EpisodeTotals All { get; }

    /// <summary>Gets what the chosen ones come to.</summary>
    public EpisodeTotals Selected { get; }

    /// <summary>Gets the SHA-256 of what all episodes hold, in their order, in hexadecimal digits: equal for equal data, whatever file they come from.</summary>
    public string Fingerprint { get; }

    /// <summary>Makes a source of the chosen episodes alone.</summary>
    /// <param name="source">The source that the selection was made over; it stays the caller's to dispose.</param>
    /// <returns>The source.</returns>
    public IEpisodeSource Over(IEpisodeSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new SelectedEpisodes(this, source);
    }

    /// <summary>Takes the chosen episodes out of the same sequence, read again.</summary>
    /// <param name="episodes">The sequence that the selection was made over; it is read as it goes.</param>
    /// <returns>The chosen episodes, in their order.</returns>
    /// <exception cref="InvalidExperienceException">The sequence has another number of episodes than before.</exception>
    public IEnumerable<Episode> Of(IEnumerable<Episode> episodes)
    {
        ArgumentNullException.ThrowIfNull(episodes);
        return Take();

        IEnumerable<Episode> Take()
        {
            var index = 0;
            foreach (var episode in episodes)
            {
                InvalidExperienceException.ThrowUnless(index < _chosen.Length, "episodes.count", $"{_chosen.Length} episodes, as at the first reading,", "more");
                if (_chosen[index++])
                {
                    yield return episode;
                }
            }

            InvalidExperienceException.ThrowUnless(index == _chosen.Length, "episodes.count", $"{_chosen.Length} episodes, as at the first reading,", index);
        }
    }

    private sealed class SelectedEpisodes(EpisodeSelection selection, IEpisodeSource source) : IEpisodeSource
    {
        public ExperienceSpec Spec => source.Spec;

        public long StepCount => selection.Selected.Steps;

        public IEnumerable<Episode> ReadEpisodes() => selection.Of(source.ReadEpisodes());

        public void Dispose()
        {
            // Nothing of its own.
        }
    }
}
