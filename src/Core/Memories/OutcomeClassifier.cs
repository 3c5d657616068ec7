using System.Globalization;

namespace MemoryRL.Core;

/// <summary>Tells success from failure by a memory's outcome rule. For the rule by quantiles it remembers the last returns. One thread at a time.</summary>
/// <remarks>
/// A return is compared with those before it and then joins them. Quantiles are interpolated linearly between order statistics (Hyndman and
/// Fan's type 7, NumPy's default). The best mean is the highest mean of the window so far, over windows that hold the minimum. Our choice
/// throughout: the papers give none (algorithms.md 3.2, [I]).
/// </remarks>
public sealed class OutcomeClassifier
{
    private readonly ReturnQuantilesRule? _quantiles;
    private readonly Queue<double> _window = new();
    private readonly List<double> _sorted = [];

    /// <summary>Initializes a classifier that has seen nothing.</summary>
    /// <param name="rule">The rule.</param>
    /// <exception cref="InvalidExperienceException">A value of the rule is not allowed.</exception>
    public OutcomeClassifier(OutcomeRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        rule.Validate();
        Rule = rule;
        _quantiles = rule as ReturnQuantilesRule;
    }

    /// <summary>Gets the rule.</summary>
    public OutcomeRule Rule { get; }

    /// <summary>Gets the number of returns in the window; always 0 for a rule that needs none.</summary>
    public int WindowCount => _window.Count;

    /// <summary>Gets the highest mean of the window so far; negative infinity before the window held the minimum.</summary>
    public double BestMean { get; private set; } = double.NegativeInfinity;

    /// <summary>Decides an episode's outcome and remembers its return.</summary>
    /// <param name="episodeReturn">The undiscounted return, finite.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="InvalidExperienceException">The return is not finite.</exception>
    public EpisodeOutcome Classify(double episodeReturn)
    {
        InvalidExperienceException.ThrowUnless(double.IsFinite(episodeReturn), "episode.return", "a finite number", episodeReturn);
        if (Rule is ReturnThresholdRule threshold)
        {
            return episodeReturn > threshold.Threshold ? EpisodeOutcome.Success : EpisodeOutcome.Failure;
        }

        var outcome = _window.Count < _quantiles!.MinimumEpisodes ? EpisodeOutcome.Undecided
            : episodeReturn >= Quantile(_quantiles.Upper) && episodeReturn > BestMean ? EpisodeOutcome.Success
            : episodeReturn <= Quantile(_quantiles.Lower) ? EpisodeOutcome.Failure
            : EpisodeOutcome.Undecided;
        Remember(episodeReturn);
        return outcome;
    }

    /// <summary>Makes a classifier that goes on from here on its own, to try returns out; a rule that remembers nothing needs no second one.</summary>
    /// <returns>The copy.</returns>
    public OutcomeClassifier Copy()
    {
        if (_quantiles is null)
        {
            return this;
        }

        var copy = new OutcomeClassifier(Rule) { BestMean = BestMean };
        foreach (var value in _window)
        {
            copy._window.Enqueue(value);
        }

        copy._sorted.AddRange(_sorted);
        return copy;
    }

    /// <summary>Adds the classifier's state to a file.</summary>
    /// <param name="snapshot">Where tensors go.</param>
    /// <param name="prefix">What their names begin with, such as <c>outcome.</c>.</param>
    public void Save(SafetensorsBuilder snapshot, string prefix)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        snapshot.Add<double>(prefix + "returns", [_window.Count], _window.ToArray());
        snapshot.Add<double>(prefix + "best_mean", [], [BestMean]);
    }

    /// <summary>Restores the state from a file, exactly.</summary>
    /// <param name="snapshot">What <see cref="Save"/> wrote.</param>
    /// <param name="prefix">What the names begin with.</param>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or holds what no classifier of this rule would write; nothing was changed.</exception>
    public void Restore(SafetensorsDocument snapshot, string prefix)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var returns = snapshot.Require(prefix + "returns", ElementType.Float64, -1).Values<double>();
        var bestMean = snapshot.Require(prefix + "best_mean", ElementType.Float64).Values<double>()[0];
        var most = _quantiles?.Window ?? 0;
        if (returns.Length > most || RangeScan.IndexNotFinite(returns) >= 0)
        {
            throw new SafetensorsFormatException(snapshot.Source, string.Create(CultureInfo.InvariantCulture, $"tensor '{prefix}returns': expected at most {most} finite returns but got {returns.Length}, or one that is not finite."));
        }

        if (double.IsNaN(bestMean) || double.IsPositiveInfinity(bestMean))
        {
            throw new SafetensorsFormatException(snapshot.Source, string.Create(CultureInfo.InvariantCulture, $"tensor '{prefix}best_mean': expected a mean or negative infinity but got {bestMean}."));
        }

        _window.Clear();
        _sorted.Clear();
        foreach (var value in returns)
        {
            _window.Enqueue(value);
            _sorted.Add(value);
        }

        _sorted.Sort();
        BestMean = bestMean;
    }

    private void Remember(double episodeReturn)
    {
        if (_window.Count == _quantiles!.Window)
        {
            _sorted.RemoveAt(_sorted.BinarySearch(_window.Dequeue()));
        }

        _window.Enqueue(episodeReturn);
        var place = _sorted.BinarySearch(episodeReturn);
        _sorted.Insert(place < 0 ? ~place : place, episodeReturn);
        if (_window.Count >= _quantiles.MinimumEpisodes)
        {
            // Summed anew in sorted order, so that a restored window has the same mean to the last bit.
            var sum = 0.0;
            foreach (var value in _sorted)
            {
                sum += value;
            }

            BestMean = Math.Max(BestMean, sum / _sorted.Count);
        }
    }

    private double Quantile(double quantile)
    {
        var position = quantile * (_sorted.Count - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, _sorted.Count - 1);
        return _sorted[below] + ((position - below) * (_sorted[above] - _sorted[below]));
    }
}
