namespace MemoryRL.Grains.Tests;

/// <summary>After what time that which never comes is a failure, and no wait for ever.</summary>
internal static class Deadline
{
    public const int Milliseconds = 120_000;
}
