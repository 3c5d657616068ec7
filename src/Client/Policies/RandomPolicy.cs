using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>Chooses uniformly over the action space: what acts before the first policy is published, and the reference that others beat.</summary>
public sealed class RandomPolicy : IPolicy
{
    private readonly Space _action;
    private readonly float _logProbability;

    /// <summary>Initializes the policy.</summary>
    /// <param name="action">The action space: discrete, or a float32 box that is bounded on all sides.</param>
    /// <exception cref="InvalidExperienceException">The space has no uniform distribution; the message names it.</exception>
    public RandomPolicy(Space action)
    {
        ArgumentNullException.ThrowIfNull(action);
        _action = action;
        _logProbability = action switch
        {
            DiscreteSpace discrete => -MathF.Log(discrete.Count),
            BoxSpace { ElementType: ElementType.Float32 } box => (float)-LogVolume(box),
            _ => throw new InvalidExperienceException("spec.action", "a discrete space or a float32 box", action.ToString()),
        };
    }

    /// <inheritdoc/>
    public string Algorithm => "random";

    /// <inheritdoc/>
    public long Version => 0;

    /// <inheritdoc/>
    public void Act(ReadOnlySpan<byte> observations, ActMode mode, Span<RandomStream> randoms, ActionBatch actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (randoms.Length > actions.Capacity)
        {
            throw new ArgumentException($"Expected room for {randoms.Length} actions but got {actions.Capacity}.", nameof(actions));
        }

        if (_action is DiscreteSpace discrete)
        {
            var choices = MemoryMarshal.Cast<byte, int>(actions.Actions.AsSpan());
            for (var i = 0; i < randoms.Length; i++)
            {
                choices[i] = randoms[i].NextInt32(discrete.Count);
            }
        }
        else
        {
            ActInBox((BoxSpace)_action, randoms, MemoryMarshal.Cast<byte, float>(actions.Actions.AsSpan()));
        }

        actions.LogProbabilities.AsSpan(0, randoms.Length).Fill(_logProbability);
        actions.Confidences.AsSpan(0, randoms.Length).Fill(float.NaN);
        actions.Sources.AsSpan(0, randoms.Length).Fill(ActionSource.Random);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing.
    }

    private static void ActInBox(BoxSpace box, Span<RandomStream> randoms, Span<float> values)
    {
        var count = box.ElementCount;
        for (var i = 0; i < randoms.Length; i++)
        {
            for (var element = 0; element < count; element++)
            {
                var (low, high) = (box.LowAt(element), box.HighAt(element));
                values[(i * count) + element] = Math.Clamp(low + ((high - low) * randoms[i].NextSingle()), low, high);
            }
        }
    }

    private static double LogVolume(BoxSpace box)
    {
        var sum = 0.0;
        for (var element = 0; element < box.ElementCount; element++)
        {
            var width = (double)box.HighAt(element) - box.LowAt(element);
            InvalidExperienceException.ThrowUnless(double.IsFinite(width), "spec.action", "bounds on all sides for random actions", box);

            // An element with a single value is chosen for certain.
            sum += width > 0 ? Math.Log(width) : 0;
        }

        return sum;
    }
}
