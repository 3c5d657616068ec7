namespace MemoryRL.Environments;

/// <summary>Refuses a step where no episode is running.</summary>
internal static class ResetFirst
{
    /// <summary>Throws unless an episode is running.</summary>
    /// <param name="isRunning">Whether one is.</param>
    /// <param name="spec">The task.</param>
    /// <exception cref="InvalidOperationException">The episode has ended, or none was started.</exception>
    public static void ThrowUnless(bool isRunning, EnvironmentSpec spec)
    {
        if (!isRunning)
        {
            throw new InvalidOperationException($"Expected a reset of '{spec.Name}' before the next step: its episode has ended, or none was started.");
        }
    }
}
