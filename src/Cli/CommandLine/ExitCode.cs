namespace MemoryRL.Cli;

/// <summary>What the program tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>The work was done, or stopped in order when asked to.</summary>
    public const int Done = 0;

    /// <summary>Something went wrong; one line on the error output says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line asks for something that there is not.</summary>
    public const int Usage = 2;
}
