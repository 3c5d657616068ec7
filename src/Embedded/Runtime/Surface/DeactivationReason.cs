namespace Orleans;

/// <summary>Why an activation goes.</summary>
public readonly struct DeactivationReason
{
    /// <summary>Initializes the reason.</summary>
    /// <param name="code">The kind.</param>
    /// <param name="text">What happened.</param>
    public DeactivationReason(DeactivationReasonCode code, string text)
        : this(code, exception: null, text)
    {
    }

    /// <summary>Initializes the reason.</summary>
    /// <param name="code">The kind.</param>
    /// <param name="exception">The error behind it.</param>
    /// <param name="text">What happened.</param>
    public DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
    {
        ReasonCode = code;
        Exception = exception;
        Description = text;
    }

    /// <summary>Gets what happened.</summary>
    public string Description { get; }

    /// <summary>Gets the kind.</summary>
    public DeactivationReasonCode ReasonCode { get; }

    /// <summary>Gets the error behind it.</summary>
    public Exception? Exception { get; }

    /// <inheritdoc/>
    public override string ToString() => Exception is null ? $"{ReasonCode}: {Description}" : $"{ReasonCode}: {Description}. Exception: {Exception}";
}

/// <summary>The kinds of reasons for an activation to go.</summary>
public enum DeactivationReasonCode
{
    /// <summary>No reason.</summary>
    None = 0,

    /// <summary>The host stops.</summary>
    ShuttingDown = 1,

    /// <summary>The grain could not be activated.</summary>
    ActivationFailed = 2,

    /// <summary>The activation was idle.</summary>
    ActivationIdle = 4,

    /// <summary>The application failed.</summary>
    ApplicationError = 8,

    /// <summary>The application asked for it.</summary>
    ApplicationRequested = 9,
}
