using System.Globalization;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>
/// AdaMemento's advice: the action that the prediction network finds likeliest, <c>argmax_a P(a|s)</c> (for a box, its mean), and the
/// reflection network's confidence in it, <c>C(s, advice)</c>.
/// </summary>
/// <remarks>
/// Without a reflection network (success memory only), the confidence is the prediction network's own probability of the action, and 1 for
/// a box, whose densities cannot be compared with a threshold: our rule for that arm.
/// </remarks>
internal sealed class MemoryAdvisor : IMemoryAdvisor
{
    /// <summary>The metadata entry that says which memories advise: none until the memory is ready.</summary>
    public const string MemoryKey = "memory";

    /// <summary>The metadata entry of the confidence threshold.</summary>
    public const string ThresholdKey = "confidence_threshold";

    private readonly ActionEncoder _action;
    private readonly DenseNetwork _prediction;
    private readonly DenseNetwork? _reflection;
    private readonly float[] _row;
    private readonly byte[] _bytes;

    private MemoryAdvisor(SafetensorsDocument bundle, ObservationEncoder observation, ActionEncoder action, bool hasReflection)
    {
        _action = action;
        _prediction = new DenseNetwork(bundle, "prediction", observation.FeatureCount, action.Width);
        _reflection = hasReflection ? new DenseNetwork(bundle, "reflection", observation.FeatureCount + action.Width, 1) : null;
        _row = new float[2 * action.Width];
        _bytes = new byte[action.ByteCount];
        var text = bundle.RequireMetadata(ThresholdKey);
        Threshold = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var threshold) && double.IsFinite(threshold)
            ? threshold
            : throw new SafetensorsFormatException(bundle.Source, $"metadata '{ThresholdKey}': expected a finite number but got '{text}'.");
    }

    /// <inheritdoc/>
    public double Threshold { get; }

    /// <inheritdoc/>
    public int AdviceWidth => _action.DiscreteCount > 0 ? 2 : _action.Width + 1;

    /// <summary>Reads the memory of a bundle.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="observation">The observations' encoder.</param>
    /// <param name="action">The actions' encoder.</param>
    /// <returns>The memory; null where the bundle says none.</returns>
    /// <exception cref="SafetensorsFormatException">A tensor or entry is missing or has another shape.</exception>
    public static MemoryAdvisor? Read(SafetensorsDocument bundle, ObservationEncoder observation, ActionEncoder action) =>
        bundle.RequireMetadata(MemoryKey) switch
        {
            "none" => null,
            "success" => new MemoryAdvisor(bundle, observation, action, hasReflection: false),
            "both" => new MemoryAdvisor(bundle, observation, action, hasReflection: true),
            var other => throw new SafetensorsFormatException(bundle.Source, $"metadata '{MemoryKey}': expected none, success or both but got '{other}'."),
        };

    /// <inheritdoc/>
    public void Advise(in Features observation, Span<float> advice)
    {
        var answer = _prediction.Evaluate(observation);
        if (_action.DiscreteCount > 0)
        {
            var logits = _row.AsSpan(0, _action.Width);
            answer.CopyTo(logits);
            var best = Softmax.ArgMax(logits);
            Softmax.Normalize(logits, _row.AsSpan(_action.Width));
            advice[0] = best;
            advice[1] = Confidence(observation, new Features(best, _action.DiscreteCount), _row[_action.Width + best]);
        }
        else
        {
            var action = advice[.._action.Width];
            answer.CopyTo(action);
            _action.Decode(action, _bytes);
            advice[^1] = Confidence(observation, new Features(action), 1);
        }
    }

    /// <inheritdoc/>
    public void WriteAction(ReadOnlySpan<float> advice, Span<byte> action)
    {
        if (_action.DiscreteCount > 0)
        {
            MemoryMarshal.Write(action, (int)advice[0]);
            return;
        }

        advice[.._action.Width].CopyTo(_row);
        _action.Decode(_row.AsSpan(0, _action.Width), action);
    }

    private float Confidence(in Features observation, in Features action, float withoutReflection) =>
        _reflection is null ? withoutReflection : 1 / (1 + MathF.Exp(-_reflection.Evaluate(observation, action)[0]));
}
