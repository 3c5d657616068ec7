using System.Runtime.InteropServices;
using MemoryRL.Core;
using static TorchSharp.torch;

namespace MemoryRL.Learning;

/// <summary>Turns the columns of a feeding of transitions into tensors in the networks' units, for learners whose actions are a float32 box.</summary>
/// <remarks>
/// Where the box has bounds, an action's bounds lie at -1 and 1; where it has none, actions stay as they are.
/// </remarks>
internal sealed class TransitionEncoder
{
    private readonly ExperienceSpec _spec;
    private readonly ObservationEncoder _observation;
    private readonly ActionEncoder _action;
    private readonly Device _device;
    private readonly float _largestAction;

    /// <summary>Initializes the encoder of a learner.</summary>
    /// <param name="spec">What a step is made of.</param>
    /// <param name="device">Where the tensors go.</param>
    /// <param name="largestAction">What bounded actions are clipped to, in the networks' units.</param>
    /// <exception cref="InvalidExperienceException">The actions are no float32 box.</exception>
    public TransitionEncoder(ExperienceSpec spec, Device device, float largestAction = 1)
    {
        InvalidExperienceException.ThrowUnless(spec.Action is BoxSpace { ElementType: ElementType.Float32 }, "settings.spec.action", "a float32 box", spec.Action);
        _spec = spec;
        _observation = new ObservationEncoder(spec.Observation);
        _action = new ActionEncoder(spec.Action);
        _device = device;
        _largestAction = largestAction;
    }

    /// <summary>Gets the number of features of an observation.</summary>
    public int FeatureCount => _observation.FeatureCount;

    /// <summary>Gets the number of elements of an action.</summary>
    public int ActionWidth => _action.Width;

    /// <summary>Gets whether every element of an action has two finite bounds.</summary>
    public bool IsBounded => _action.IsBounded;

    /// <summary>Checks that there are transitions, and that they are the learner's.</summary>
    /// <param name="transitions">The transitions.</param>
    /// <param name="field">What they are called.</param>
    /// <returns>The transitions.</returns>
    /// <exception cref="InvalidExperienceException">There are none, or they are of another spec.</exception>
    public TransitionBatch Check(TransitionBatch? transitions, string field)
    {
        var count = transitions?.Count ?? 0;
        InvalidExperienceException.ThrowUnless(transitions is not null && count > 0, field, "1 or more transitions", count);
        InvalidExperienceException.ThrowUnless(transitions.Spec.Fingerprint == _spec.Fingerprint, $"{field}.spec", $"fingerprint {_spec.Fingerprint:x16}", $"{transitions.Spec.Fingerprint:x16}");
        return transitions;
    }

    /// <summary>Encodes observations.</summary>
    /// <param name="observations">The observations, <c>[B, ...obsShape]</c> as bytes.</param>
    /// <param name="moments">By what to normalise, computed from these observations where they are not known yet; null for nothing.</param>
    /// <returns>Features, <c>[B, FeatureCount]</c>.</returns>
    public Tensor Observations(ReadOnlySpan<byte> observations, FeatureMoments? moments = null)
    {
        var features = empty(observations.Length / _observation.ByteCount, FeatureCount, dtype: ScalarType.Float32);
        var numbers = Numbers(features);
        _observation.Encode(observations, numbers);
        if (moments is { IsKnown: false })
        {
            moments.Compute(numbers);
        }

        moments?.Normalize(numbers);
        return features.to(_device);
    }

    /// <summary>Encodes actions.</summary>
    /// <param name="actions">The actions, <c>[B, ...actShape]</c> as bytes.</param>
    /// <returns>Actions in the networks' units, <c>[B, ActionWidth]</c>.</returns>
    public Tensor Actions(ReadOnlySpan<byte> actions)
    {
        var answers = empty(actions.Length / _action.ByteCount, ActionWidth, dtype: ScalarType.Float32);
        var numbers = Numbers(answers);
        _action.EncodeAnswers(actions, numbers);
        if (IsBounded)
        {
            System.Numerics.Tensors.TensorPrimitives.Clamp(numbers, -_largestAction, _largestAction, numbers);
        }

        return answers.to(_device);
    }

    /// <summary>Scales rewards.</summary>
    /// <param name="rewards">The rewards, <c>[B]</c>.</param>
    /// <param name="scale">What a reward is multiplied with.</param>
    /// <param name="shift">What is then added to it.</param>
    /// <returns>Rewards, <c>[B]</c>.</returns>
    public Tensor Rewards(ReadOnlySpan<float> rewards, double scale, double shift)
    {
        var scaled = empty(rewards.Length, dtype: ScalarType.Float32);
        var numbers = Numbers(scaled);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)((rewards[i] * scale) + shift);
        }

        return scaled.to(_device);
    }

    /// <summary>Gets what the value of each transition's next observation is multiplied with: nothing follows a terminated step, but a truncated one goes on.</summary>
    /// <param name="terminated">1 where the step ended the task, else 0, <c>[B]</c>.</param>
    /// <param name="discount">The discount of a step.</param>
    /// <returns>The discount or 0, <c>[B]</c>.</returns>
    public Tensor Discounts(ReadOnlySpan<byte> terminated, double discount)
    {
        var discounts = empty(terminated.Length, dtype: ScalarType.Float32);
        var numbers = Numbers(discounts);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = terminated[i] != 0 ? 0 : (float)discount;
        }

        return discounts.to(_device);
    }

    /// <summary>Copies planned targets.</summary>
    /// <param name="targets">The targets, <c>[B, 2]</c>.</param>
    /// <returns>The same, <c>[B, 2]</c>.</returns>
    public Tensor Targets(ReadOnlySpan<float> targets)
    {
        var copy = empty(targets.Length / PlannedBatch.TargetCount, PlannedBatch.TargetCount, dtype: ScalarType.Float32);
        targets.CopyTo(Numbers(copy));
        return copy.to(_device);
    }

    private static Span<float> Numbers(Tensor values) => MemoryMarshal.Cast<byte, float>(values.bytes);
}
