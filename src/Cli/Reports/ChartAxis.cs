namespace MemoryRL.Cli;

/// <summary>An axis that ends on round numbers and knows its ticks.</summary>
internal sealed class ChartAxis
{
    private readonly double _tick;

    /// <summary>Initializes an axis that covers a range.</summary>
    /// <param name="low">The smallest number shown.</param>
    /// <param name="high">The largest number shown.</param>
    /// <param name="tickCount">About how many ticks there shall be.</param>
    /// <param name="isExact">Whether the axis ends at the given numbers rather than at the next ticks.</param>
    public ChartAxis(double low, double high, int tickCount, bool isExact)
    {
        if (!(high > low))
        {
            var margin = low == 0 ? 1 : Math.Abs(low) * 0.1;
            (low, high) = (low - margin, high + margin);
        }

        _tick = RoundTick((high - low) / tickCount);
        Low = isExact ? low : Math.Floor((low / _tick) + 1e-9) * _tick;
        High = isExact ? high : Math.Ceiling((high / _tick) - 1e-9) * _tick;
    }

    /// <summary>Gets where the axis begins.</summary>
    public double Low { get; }

    /// <summary>Gets where the axis ends.</summary>
    public double High { get; }

    /// <summary>Gets the ticks, from low to high.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            for (var i = (long)Math.Ceiling((Low / _tick) - 1e-9); i <= (long)Math.Floor((High / _tick) + 1e-9); i++)
            {
                yield return i * _tick;
            }
        }
    }

    /// <summary>Maps a number to its share of the axis.</summary>
    /// <param name="value">The number.</param>
    /// <returns>0 at the low end, 1 at the high end, held between.</returns>
    public double Share(double value) => Math.Clamp((value - Low) / (High - Low), 0, 1);

    /// <summary>Writes a tick's number with as many decimals as the ticks need.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The label.</returns>
    public string Label(double value)
    {
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(_tick) - 1e-9), 0, 6);
        return Math.Abs(value) >= 1e7 || (_tick < 1e-6 && value != 0) ? value.ToString("0.##e0") : value.ToString($"#,0.{new string('0', decimals)}");
    }

    private static double RoundTick(double raw)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return (raw / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
