namespace MemoryRL.Environments.Tests;

/// <summary>A test of every task that there is; skipped, with the remedies as the reason, where this machine lacks something for one of them.</summary>
/// <remarks>The theories over tasks run over those that can be made here: this is where a run says which it left out.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryTaskFactAttribute : FactAttribute
{
    public EveryTaskFactAttribute()
    {
        var missing = EnvironmentRegistry.Names.Select(EnvironmentRegistry.Find).Where(entry => entry.UnavailableReason is not null).ToList();
        if (missing.Count > 0)
        {
            var names = string.Join(", ", missing.Select(entry => entry.Spec.Name));
            Skip = $"Left out: {names}. {string.Join(" ", missing.Select(entry => entry.UnavailableReason).Distinct())}";
        }
    }
}
