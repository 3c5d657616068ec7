namespace MemoryRL.Core;

/// <summary>What a learner wants its memory to be planned with: a versioned value function and how to use it.</summary>
/// <param name="Version">The plan's number, from 1 upwards: targets say which one they are of. 0 is what stands before any plan.</param>
/// <param name="Algorithm">The name of the <see cref="IValueFunctionFactory"/> that reads the bundle.</param>
/// <param name="Bundle">The value function in Safetensors form; empty for none: both targets are then the discounted return to the end of the episode.</param>
/// <param name="Settings">How to plan.</param>
/// <param name="Steps">
/// How many of the memory's steps are planned anew, 1 or more, whatever it holds, in whole episodes, one at least in each shard: their steps come
/// to this number in the mean over versions. The episodes whose targets are oldest come first, so that all come in turn. Null for all of them. Episodes without any plan are always planned.
/// </param>
public sealed record ValuePlan(long Version, string Algorithm, ReadOnlyMemory<byte> Bundle, PlanSettings Settings, long? Steps = null)
{
    /// <summary>Checks every value.</summary>
    /// <exception cref="InvalidExperienceException">A value is not allowed; the message names the key.</exception>
    public void Validate()
    {
        InvalidExperienceException.ThrowUnless(Version >= 1, "plan.version", "1 or more", Version);
        InvalidExperienceException.ThrowUnless(!Bundle.IsEmpty || Algorithm is { Length: 0 }, "plan.algorithm", "none where there is no bundle", Algorithm);
        InvalidExperienceException.ThrowUnless(Steps is null or >= 1, "plan.steps", "1 or more", Steps);
        InvalidExperienceException.ThrowUnless(Settings is not null, "plan.settings", "how to plan", Settings);
        Settings.Validate();
    }
}
