using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>The baseline <c>ppo</c>: proximal policy optimisation alone, without memories.</summary>
/// <remarks>Schulman et al. 2017, arXiv:1707.06347; see <see cref="PpoExplorer"/> for the update.</remarks>
public sealed class PpoLearner : ILearner
{
    /// <summary>The algorithm's name.</summary>
    public const string Algorithm = "ppo";

    private readonly ExperienceSpec _spec;
    private readonly PpoExplorer _explorer;

    /// <summary>Initializes a learner.</summary>
    /// <param name="settings">Spec, seed, device and options.</param>
    /// <exception cref="InvalidExperienceException">A space, column or option that cannot be used; the message names it.</exception>
    public PpoLearner(LearnerSettings settings)
    {
        var options = PpoOptions.Parse(settings.Options);
        _spec = settings.Spec;
        _explorer = new PpoExplorer(settings, options, PolicyTermRule.Mask);
        NextRequest = new DataRequest(FreshSteps: options.FreshSteps);
    }

    /// <inheritdoc/>
    public long UpdateCount => _explorer.UpdateCount;

    /// <inheritdoc/>
    public DataRequest NextRequest { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidExperienceException">The batch has no fresh episode, or one with another spec.</exception>
    public IReadOnlyList<Metric> Update(LearnerBatch batch) => [.. _explorer.Update(batch.Fresh)];

    /// <inheritdoc/>
    public void Save(SafetensorsBuilder checkpoint)
    {
        checkpoint.Metadata["algorithm"] = Algorithm;
        _explorer.Save(checkpoint);
    }

    /// <inheritdoc/>
    public void Load(SafetensorsDocument checkpoint)
    {
        LearnerCheckpoint.Expect(checkpoint, "algorithm", Algorithm);
        _explorer.Load(checkpoint);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> CreatePolicyBundle(long version)
    {
        var bundle = PolicyBundles.Start(Algorithm, version, _spec);
        _explorer.Network.AddToBundle(bundle);
        return bundle.ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _explorer.Dispose();
}
