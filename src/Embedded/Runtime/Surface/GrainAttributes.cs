namespace Orleans;

/// <summary>The durable name of a grain class: part of every stored key.</summary>
/// <param name="grainType">The name.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    internal string Name { get; } = grainType;
}

/// <summary>Activations are never collected for being idle.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class KeepAliveAttribute : Attribute;

/// <summary>How long an activation may be idle before it is collected.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class CollectionAgeLimitAttribute : Attribute
{
    /// <summary>Initializes the attribute; set one of the properties.</summary>
    public CollectionAgeLimitAttribute()
    {
    }

    /// <summary>Initializes the attribute.</summary>
    /// <param name="inactivityPeriod">The time as <see cref="TimeSpan"/> writes it.</param>
    public CollectionAgeLimitAttribute(string inactivityPeriod)
    {
        Period = TimeSpan.Parse(inactivityPeriod, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Gets or sets a value indicating whether activations are never collected.</summary>
    public bool AlwaysActive { get; set; }

    /// <summary>Gets or sets the days of the limit, added to the hours and minutes.</summary>
    public double Days { get; set; }

    /// <summary>Gets or sets the hours of the limit, added to the days and minutes.</summary>
    public double Hours { get; set; }

    /// <summary>Gets or sets the minutes of the limit, added to the days and hours.</summary>
    public double Minutes { get; set; }

    /// <summary>Gets the limit.</summary>
    public TimeSpan AgeLimit => AlwaysActive ? Timeout.InfiniteTimeSpan : Period ?? (TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes));

    private TimeSpan? Period { get; }
}

/// <summary>How long a caller waits for the method's answer, in place of the host's response timeout.</summary>
/// <param name="timeout">The time as <see cref="TimeSpan"/> writes it.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
{
    /// <summary>Gets the time.</summary>
    public TimeSpan? Timeout { get; init; } = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture);
}
