using System.Globalization;
using System.Runtime.InteropServices;
using MemoryRL.Core;

namespace MemoryRL.Grains.Tests;

/// <summary>
/// Two values that follow from the test episodes' observations and two scales: what they should be can be told of every step. A fault makes it
/// throw or not finite; the gate lets tests hold it.
/// </summary>
internal sealed class StateValues : IValueFunction
{
    private readonly ValueGate _gate;
    private readonly float[] _scales;
    private readonly string _fault;

    public StateValues(ValueGate gate, SafetensorsDocument bundle)
    {
        _gate = gate;
        Version = long.Parse(bundle.RequireMetadata("version"), CultureInfo.InvariantCulture);
        _scales = bundle.Require("scales", ElementType.Float32, -1).Values<float>().ToArray();
        _fault = bundle.RequireMetadata("fault");
        gate.Create();
    }

    public long Version { get; }

    public int HeadCount => _scales.Length;

    /// <summary>Makes a bundle.</summary>
    public static ReadOnlyMemory<byte> Bundle(long version, float[] scales, string fault = "")
    {
        var bundle = new SafetensorsBuilder();
        bundle.Metadata["version"] = version.ToString(CultureInfo.InvariantCulture);
        bundle.Metadata["fault"] = fault;
        bundle.Add<float>("scales", [scales.Length], scales);
        return bundle.ToArray();
    }

    /// <summary>Gets the value of an observation.</summary>
    public static float Of(float mark, float step, float scale) => scale * ((mark % 97) + step);

    public void Evaluate(ReadOnlySpan<byte> observations, Span<float> values)
    {
        _gate.Pass();
        if (_fault == "throw" || (_fault == "throw-later" && _gate.Evaluations > 1))
        {
            throw new ArithmeticException("No values today.");
        }

        var states = MemoryMarshal.Cast<byte, float>(observations);
        for (var row = 0; row < states.Length / 2; row++)
        {
            for (var head = 0; head < _scales.Length; head++)
            {
                values[(row * _scales.Length) + head] = Of(states[2 * row], states[(2 * row) + 1], _scales[head]);
            }
        }

        values[0] = _fault == "nan" ? float.NaN : values[0];
    }

    public void Dispose() => _gate.Drop();
}

internal sealed class StateValuesFactory(ValueGate gate) : IValueFunctionFactory
{
    public const string Name = "state-values";

    public string Algorithm => Name;

    public IValueFunction Create(ReadOnlyMemory<byte> bundle) => new StateValues(gate, SafetensorsDocument.Parse(bundle, "value bundle"));
}

/// <summary>Counts the evaluations of a host's value functions and holds them.</summary>
public sealed class ValueGate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _released;
    private TaskCompletionSource _dropped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _live;
    private int _evaluations;
    private int _passing;
    private int _holding;

    /// <summary>Gets the number of evaluations begun.</summary>
    public int Evaluations => _evaluations;

    /// <summary>Waits until every value function that was made is given back. What is planned on arrival gives its own back after a later plan has been answered.</summary>
    /// <returns>Completes when none is left.</returns>
    /// <exception cref="TimeoutException">One was kept.</exception>
    public async Task NoneLeftAsync()
    {
        while (true)
        {
            Task dropped;
            lock (_lock)
            {
                if (_live == 0)
                {
                    return;
                }

                dropped = _dropped.Task;
            }

            await dropped.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    /// <summary>Holds evaluations from now on, after letting some pass.</summary>
    /// <param name="after">How many pass before.</param>
    /// <param name="count">How many are held; more pass.</param>
    /// <returns>Completes when one is held.</returns>
    public Task Hold(int after = 0, int count = int.MaxValue)
    {
        lock (_lock)
        {
            (_passing, _holding) = (after, count);
            _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    /// <summary>Lets evaluations go on.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _released?.TrySetResult();
            _released = null;
        }
    }

    public void Create()
    {
        lock (_lock)
        {
            _live++;
        }
    }

    public void Drop()
    {
        lock (_lock)
        {
            _live--;
            _dropped.SetResult();
            _dropped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Pass()
    {
        Task? held;
        lock (_lock)
        {
            _evaluations++;
            held = _released is null || _passing-- > 0 || _holding-- <= 0 ? null : _released.Task;
            if (held is not null)
            {
                _ = _reached.TrySetResult();
            }
        }

        _ = held?.Wait(TimeSpan.FromSeconds(60));
    }
}
