using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>The running standard deviation of discounted returns-to-go, by which rewards are divided so that values stay near 1.</summary>
/// <remarks>
/// The usual reward scaling of PPO implementations (Engstrom et al. 2020, arXiv:2005.12729), but over returns-to-go of whole episodes,
/// which are at hand here, instead of a forward discounted sum (our choice). The deviation is Welford's (1962).
/// </remarks>
internal sealed class ReturnScale
{
    private const string Name = "return_scale";

    private double _count;
    private double _mean;
    private double _squares;

    /// <summary>Gets the deviation; 1 while all returns were alike.</summary>
    public double Deviation => _count > 0 && _squares > 0 ? Math.Sqrt(_squares / _count) : 1;

    /// <summary>Adds the returns-to-go of an episode.</summary>
    /// <param name="rewards">The rewards, <c>[T]</c>.</param>
    /// <param name="discount">The discount, in [0, 1].</param>
    public void Add(ReadOnlySpan<float> rewards, double discount)
    {
        var returnToGo = 0.0;
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            returnToGo = rewards[t] + (discount * returnToGo);
            _count++;
            var delta = returnToGo - _mean;
            _mean += delta / _count;
            _squares += delta * (returnToGo - _mean);
        }
    }

    /// <summary>Adds the state to a checkpoint.</summary>
    /// <param name="file">Where it goes.</param>
    public void Save(SafetensorsBuilder file) => file.Add<double>(Name, [3], [_count, _mean, _squares]);

    /// <summary>Restores the state.</summary>
    /// <param name="file">What <see cref="Save"/> wrote to.</param>
    /// <exception cref="SafetensorsFormatException">The tensor is missing or has another type or shape.</exception>
    public void Load(SafetensorsDocument file)
    {
        var state = file.Require(Name, ElementType.Float64, 3).Values<double>();
        (_count, _mean, _squares) = (state[0], state[1], state[2]);
    }
}
