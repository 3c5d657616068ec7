using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>
/// Turns actions into what networks read and back: an index and its one-hot features for a discrete space; for a box the normalised action,
/// which is -1 at an element's lower bound and 1 at its upper bound, or the element itself where a bound is infinite.
/// </summary>
internal sealed class ActionEncoder
{
    private readonly float[] _middle = [];
    private readonly float[] _half = [];

    /// <summary>Initializes the encoder of a space.</summary>
    /// <param name="space">The action space: discrete or a float32 box.</param>
    /// <exception cref="InvalidExperienceException">The space is a box of bytes.</exception>
    public ActionEncoder(Space space)
    {
        ByteCount = space.ByteCount;
        if (space is DiscreteSpace discrete)
        {
            DiscreteCount = discrete.Count;
            Width = discrete.Count;
            return;
        }

        InvalidExperienceException.ThrowUnless(space is BoxSpace { ElementType: ElementType.Float32 }, "settings.spec.action", "a discrete space or a float32 box", space);
        var box = (BoxSpace)space;
        Width = box.ElementCount;
        _middle = new float[Width];
        _half = new float[Width];
        Low = new float[Width];
        High = new float[Width];
        IsBounded = true;
        for (var i = 0; i < Width; i++)
        {
            var bounded = float.IsFinite(box.LowAt(i)) && float.IsFinite(box.HighAt(i)) && box.HighAt(i) > box.LowAt(i);
            _middle[i] = bounded ? (box.LowAt(i) / 2) + (box.HighAt(i) / 2) : 0;
            _half[i] = bounded ? (box.HighAt(i) / 2) - (box.LowAt(i) / 2) : 1;
            Low[i] = box.LowAt(i);
            High[i] = box.HighAt(i);
            IsBounded &= bounded;
        }
    }

    /// <summary>Gets the number of actions of a discrete space; 0 for a box.</summary>
    public int DiscreteCount { get; }

    /// <summary>Gets the width of a network's answer and of an action's features: the number of actions, or of the box's elements.</summary>
    public int Width { get; }

    /// <summary>Gets whether every element of a box has two finite bounds, so that -1 and 1 are the ends of the normalised action.</summary>
    public bool IsBounded { get; }

    /// <summary>Gets the number of bytes of one action.</summary>
    public int ByteCount { get; }

    /// <summary>Gets the box's lower bounds, <c>[Width]</c>.</summary>
    private float[] Low { get; } = [];

    /// <summary>Gets the box's upper bounds, <c>[Width]</c>.</summary>
    private float[] High { get; } = [];

    /// <summary>Encodes actions as features.</summary>
    /// <param name="actions">The actions, <c>[B, ...actShape]</c> as bytes.</param>
    /// <param name="features">Receives <c>[B, Width]</c>: one-hot, or normalised.</param>
    public void Encode(ReadOnlySpan<byte> actions, Span<float> features)
    {
        if (DiscreteCount > 0)
        {
            var indices = MemoryMarshal.Cast<byte, int>(actions);
            features[..(indices.Length * Width)].Clear();
            for (var row = 0; row < indices.Length; row++)
            {
                features[(row * Width) + indices[row]] = 1;
            }

            return;
        }

        var values = MemoryMarshal.Cast<byte, float>(actions);
        for (var i = 0; i < values.Length; i++)
        {
            features[i] = (values[i] - _middle[i % Width]) / _half[i % Width];
        }
    }

    /// <summary>Encodes box actions in the units of a tanh actor's answer: normalised where every element is bounded, else as they are.</summary>
    /// <param name="actions">The actions, <c>[B, ...actShape]</c> as bytes.</param>
    /// <param name="answers">Receives <c>[B, Width]</c>.</param>
    public void EncodeAnswers(ReadOnlySpan<byte> actions, Span<float> answers)
    {
        if (IsBounded)
        {
            Encode(actions, answers);
        }
        else
        {
            MemoryMarshal.Cast<byte, float>(actions).CopyTo(answers);
        }
    }

    /// <summary>Draws one uniformly random action as features; standard normal where an element has an infinite bound.</summary>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="features">Receives <c>[Width]</c>.</param>
    public void EncodeRandom(ref RandomStream random, Span<float> features)
    {
        if (DiscreteCount > 0)
        {
            features[..Width].Clear();
            features[random.NextInt32(DiscreteCount)] = 1;
            return;
        }

        for (var i = 0; i < Width; i++)
        {
            var bounded = float.IsFinite(Low[i]) && float.IsFinite(High[i]);
            features[i] = bounded ? (2 * random.NextSingle()) - 1 : (float)random.NextNormal();
        }
    }

    /// <summary>Writes a box action in its own units inside the bounds.</summary>
    /// <param name="values">The action, <c>[Width]</c>; receives what was in fact written.</param>
    /// <param name="action">Receives the action, <c>[...actShape]</c> as bytes.</param>
    public void Clip(Span<float> values, Span<byte> action)
    {
        for (var i = 0; i < Width; i++)
        {
            values[i] = Math.Clamp(values[i], Low[i], High[i]);
        }

        MemoryMarshal.AsBytes(values[..Width]).CopyTo(action);
    }

    /// <summary>Writes a normalised box action as an action inside the bounds.</summary>
    /// <param name="normalized">The normalised action, <c>[Width]</c>; receives what was in fact written, normalised again.</param>
    /// <param name="action">Receives the action, <c>[...actShape]</c> as bytes.</param>
    public void Decode(Span<float> normalized, Span<byte> action)
    {
        var values = MemoryMarshal.Cast<byte, float>(action);
        for (var i = 0; i < Width; i++)
        {
            values[i] = Math.Clamp(_middle[i] + (_half[i] * normalized[i]), Low[i], High[i]);
            normalized[i] = (values[i] - _middle[i]) / _half[i];
        }
    }
}
