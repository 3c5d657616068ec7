using MemoryRL.Core;
using MemoryRL.Environments;

namespace MemoryRL.Client;

/// <summary>Pieces of one episode each, played by a policy from reset to end.</summary>
/// <remarks>
/// Every episode has random streams of its own for the environment, the policy and the noise, so it does not depend on its neighbours. The
/// extra columns are <c>infos_qpos</c> and <c>infos_qvel</c> for tasks with a physical state, <c>infos_goal</c> for tasks with a goal, and
/// <c>infos_action_log_probs</c> where actions are sampled without further noise; all are of the moment before the step, as the observation is.
/// </remarks>
public sealed class PolicyPieces : IPieceSource
{
    /// <summary>The column of the natural-log probability of a sampled action: float32, scalar.</summary>
    internal const string LogProbabilities = "infos_action_log_probs";

    private readonly Func<IEnvironment> _createEnvironment;
    private readonly Func<IPolicy> _createPolicy;
    private readonly PolicyPieceOptions _options;

    /// <summary>Initializes the source.</summary>
    /// <param name="createEnvironment">Makes an environment; its task has a limit of steps.</param>
    /// <param name="createPolicy">Makes the policy, once for each thread.</param>
    /// <param name="options">How the policy plays; null for the defaults.</param>
    /// <exception cref="InvalidExperienceException">An option is not allowed, the task has no limit, or noise is asked for where actions are discrete.</exception>
    public PolicyPieces(Func<IEnvironment> createEnvironment, Func<IPolicy> createPolicy, PolicyPieceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(createEnvironment);
        ArgumentNullException.ThrowIfNull(createPolicy);
        _options = options ?? new PolicyPieceOptions();
        _options.Validate();
        _createEnvironment = createEnvironment;
        _createPolicy = createPolicy;
        var environment = createEnvironment();
        var task = environment.Spec;
        InvalidExperienceException.ThrowUnless(task.MaxEpisodeSteps is not null, "environment.max_episode_steps", "a limit, so that every episode ends", "none");
        InvalidExperienceException.ThrowUnless(_options.Noise == 0 || task.Experience.Action is BoxSpace, "collection.noise", "0 where actions are discrete", _options.Noise);
        Spec = task.Experience with
        {
            ExtraColumns =
            [
                .. new PhysicalColumns(environment).Specs,
                .. _options.KeepsLogProbabilities ? (ColumnSpec[])[new ColumnSpec(LogProbabilities, ElementType.Float32, [])] : [],
            ],
        };
        (environment as IDisposable)?.Dispose();
    }

    /// <inheritdoc/>
    public ExperienceSpec Spec { get; }

    /// <inheritdoc/>
    public int PiecesPerWorker => _options.EnvironmentsPerThread;

    /// <inheritdoc/>
    public IPieceWorker CreateWorker() => new PolicyPieceWorker(Spec, _createEnvironment, _createPolicy(), _options);
}
