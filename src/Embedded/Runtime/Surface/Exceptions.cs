namespace Orleans.Runtime;

/// <summary>The base of the host's errors.</summary>
public class OrleansException : Exception
{
    /// <summary>Initializes the error.</summary>
    public OrleansException()
        : base("Unexpected error.")
    {
    }

    /// <summary>Initializes the error.</summary>
    /// <param name="message">What happened.</param>
    public OrleansException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the error.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The error behind it.</param>
    public OrleansException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Something asked for at the start cannot be given.</summary>
public sealed class OrleansConfigurationException : Exception
{
    /// <summary>Initializes the error.</summary>
    /// <param name="message">What was asked for, and what can be given.</param>
    public OrleansConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the error.</summary>
    /// <param name="message">What was asked for, and what can be given.</param>
    /// <param name="innerException">The error behind it.</param>
    public OrleansConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>The host did not take a request.</summary>
public class OrleansMessageRejectionException : OrleansException
{
    private protected OrleansMessageRejectionException(string message)
        : base(message)
    {
    }
}

/// <summary>The host stops or has stopped.</summary>
/// <param name="msg">What could not be done.</param>
public sealed class SiloUnavailableException(string msg) : OrleansMessageRejectionException(msg);

/// <summary>The grain does not know the enumeration any more.</summary>
public sealed class EnumerationAbortedException : Exception
{
    /// <summary>Initializes the error.</summary>
    /// <param name="message">What happened.</param>
    public EnumerationAbortedException(string message)
        : base(message)
    {
    }
}
