using System.Globalization;
using System.Numerics.Tensors;
using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>
/// Acts with a trained Decision Transformer (Chen et al. 2021): the action that follows a window of returns-to-go, observations and actions.
/// </summary>
/// <remarks>
/// The answer is the whole network's, exactly: a step that leaves the window changes every later token's attention, so nothing is carried
/// from call to call. Two things are left out because no answer depends on them: the last step's action token, which the last observation's
/// token cannot see, and in the last block everything but that one token's query, attention and MLP. After the constructor nothing is
/// allocated. One instance serves one thread at a time.
/// </remarks>
public sealed class DecisionTransformerActor
{
    private readonly DenseLayer _return;
    private readonly DenseLayer _observation;
    private readonly DenseLayer _action;
    private readonly float[] _time;
    private readonly LayerNormalization _embeddingNorm;
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNormalization _outputNorm;
    private readonly DenseLayer _head;
    private readonly float[] _tokens;
    private readonly float[] _answer;

    /// <summary>Reads a network.</summary>
    /// <param name="bundle">
    /// The weights: <c>time.weight</c> <c>[steps, width]</c>, <c>ret</c>, <c>state</c> and <c>action</c> (linear embeddings), <c>emb_norm</c>,
    /// <c>blocks.N</c> (<see cref="TransformerBlock"/>), <c>out_norm</c> and <c>head.0</c>, followed by tanh.
    /// </param>
    /// <param name="prefix">What all names start with, such as <c>"policy."</c>; may be empty.</param>
    /// <param name="context">The most steps in a window, K.</param>
    /// <param name="heads">The number of attention heads; must divide the width.</param>
    /// <param name="isGelu">Whether the blocks' MLPs use the exact GELU instead of ReLU.</param>
    /// <exception cref="ArgumentOutOfRangeException">The context or the heads are not positive.</exception>
    /// <exception cref="SafetensorsFormatException">A tensor is missing or has another shape, or the heads do not divide the width.</exception>
    public DecisionTransformerActor(SafetensorsDocument bundle, string prefix, int context, int heads, bool isGelu)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(context);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        Context = context;
        var time = bundle.Require($"{prefix}time.weight", ElementType.Float32, -1, -1);
        Width = time.Shape[1];
        if (Width % heads != 0)
        {
            throw new SafetensorsFormatException(bundle.Source, string.Create(CultureInfo.InvariantCulture, $"tensor '{prefix}time.weight': {heads} heads do not divide the width {Width}."));
        }

        _time = time.Values<float>().ToArray();
        _return = new DenseLayer(bundle, $"{prefix}ret", 1, Width);
        _observation = new DenseLayer(bundle, $"{prefix}state", InputsOf(bundle, $"{prefix}state"), Width);
        _action = new DenseLayer(bundle, $"{prefix}action", InputsOf(bundle, $"{prefix}action"), Width);
        _embeddingNorm = new LayerNormalization(bundle, $"{prefix}emb_norm", Width);
        var count = 0;
        while (bundle.TryGet($"{prefix}blocks.{count}.norm1.weight", out _))
        {
            count++;
        }

        _blocks = new TransformerBlock[Math.Max(count, 1)];
        for (var i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = new TransformerBlock(bundle, $"{prefix}blocks.{i}", Width, heads, isGelu, 3 * context);
        }

        _outputNorm = new LayerNormalization(bundle, $"{prefix}out_norm", Width);
        _head = new DenseLayer(bundle, $"{prefix}head.0", Width, _action.Inputs);
        _tokens = new float[3 * context * _return.Stride];
        _answer = new float[_head.Stride];
    }

    /// <summary>Gets the most steps in a window, K.</summary>
    public int Context { get; }

    /// <summary>Gets the length of a token.</summary>
    public int Width { get; }

    /// <summary>Gets the length of an observation.</summary>
    public int ObservationSize => _observation.Inputs;

    /// <summary>Gets the length of an action.</summary>
    public int ActionSize => _action.Inputs;

    /// <summary>Computes the action of a window's last step. Numbers are in the network's own units: normalised observations, scaled returns.</summary>
    /// <param name="returnsToGo">The returns-to-go of k steps, 1 to K, <c>[k]</c>.</param>
    /// <param name="observations">Their observations, <c>[k, ObservationSize]</c>.</param>
    /// <param name="actions">The actions of all but the last, <c>[k - 1, ActionSize]</c>.</param>
    /// <param name="timesteps">Their places in the episode, from 0, <c>[k]</c>.</param>
    /// <returns>The action in -1 to 1, <c>[ActionSize]</c>; it holds until the next call.</returns>
    /// <exception cref="ArgumentException">The lengths do not belong to one window of at most K steps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A step lies beyond those that the network has an embedding for.</exception>
    public ReadOnlySpan<float> Act(ReadOnlySpan<float> returnsToGo, ReadOnlySpan<float> observations, ReadOnlySpan<float> actions, ReadOnlySpan<int> timesteps)
    {
        var steps = returnsToGo.Length;
        if (steps < 1 || steps > Context || observations.Length != steps * ObservationSize || actions.Length != (steps - 1) * ActionSize || timesteps.Length != steps)
        {
            throw new ArgumentException(
                $"Expected k returns with 1 <= k <= {Context}, [k, {ObservationSize}] observations, [k - 1, {ActionSize}] actions and k timesteps "
                + $"but got {steps}, {observations.Length}, {actions.Length} and {timesteps.Length} numbers.",
                nameof(returnsToGo));
        }

        var stride = _return.Stride;
        var count = (3 * steps) - 1;
        for (var step = 0; step < steps; step++)
        {
            var time = timesteps[step];
            ArgumentOutOfRangeException.ThrowIfNegative(time, nameof(timesteps));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(time, _time.Length / Width, nameof(timesteps));
            Embed(_return, returnsToGo.Slice(step, 1), time, (3 * step) + 0);
            Embed(_observation, observations.Slice(step * ObservationSize, ObservationSize), time, (3 * step) + 1);
            if (step < steps - 1)
            {
                Embed(_action, actions.Slice(step * ActionSize, ActionSize), time, (3 * step) + 2);
            }
        }

        _embeddingNorm.Apply(_tokens, stride, count, _tokens);
        for (var i = 0; i < _blocks.Length; i++)
        {
            _blocks[i].Evaluate(_tokens, count, lastOnly: i == _blocks.Length - 1);
        }

        var last = _tokens.AsSpan((count - 1) * stride, stride);
        _outputNorm.Apply(last, stride, 1, last);
        _head.Evaluate(last, stride, 1, _answer);
        TensorPrimitives.Tanh(_answer, _answer);
        return _answer.AsSpan(0, ActionSize);
    }

    private static int InputsOf(SafetensorsDocument bundle, string name) => bundle.Require($"{name}.weight", ElementType.Float32, -1, -1).Shape[1];

    private void Embed(DenseLayer layer, ReadOnlySpan<float> values, int time, int token)
    {
        var row = _tokens.AsSpan(token * layer.Stride, layer.Stride);
        layer.Start(row);
        layer.Add(values, 0, row);
        TensorPrimitives.Add(row[..Width], _time.AsSpan(time * Width, Width), row);
    }
}
