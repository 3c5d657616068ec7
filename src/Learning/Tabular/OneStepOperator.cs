namespace MemoryRL.Learning;

/// <summary>An operator that looks one step ahead: backed-up values of a behaviour's actions, combined by a rule.</summary>
/// <param name="mdp">The process.</param>
/// <param name="behavior">Whose actions are looked at.</param>
/// <param name="rule">How a state's new value comes from them.</param>
public sealed class OneStepOperator(TabularMdp mdp, TabularBehavior behavior, IBackupRule rule) : ITabularOperator
{
    /// <inheritdoc/>
    public TabularMdp Mdp => mdp;

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> values, Span<double> result)
    {
        Span<double> backups = stackalloc double[mdp.ActionCount];
        for (var state = 0; state < mdp.StateCount; state++)
        {
            mdp.Backup(values, state, backups);
            result[state] = rule.Combine(values[state], backups, behavior.In(state));
        }
    }
}
