using System.Runtime.InteropServices;

namespace MemoryRL.Environments;

/// <summary>One running simulation of a model: positions, velocities and controls that lie in the engine's own memory. One thread at a time.</summary>
public sealed unsafe class MuJoCoSimulation : SafeHandle
{
    private readonly MuJoCoLibrary _library;
    private readonly MuJoCoModel _model;
    private readonly byte* _modelPointer;
    private readonly byte* _data;
    private readonly double* _positions;
    private readonly double* _velocities;
    private readonly double* _controls;
    private readonly double* _bodyPositions;

    /// <summary>Initializes a simulation at the model's own start.</summary>
    /// <param name="model">The model.</param>
    public MuJoCoSimulation(MuJoCoModel model)
        : base(0, ownsHandle: true)
    {
        ArgumentNullException.ThrowIfNull(model);
        _library = MuJoCoLibrary.Instance;
        _model = model;

        // The model lives as long as its last simulation.
        var isHeld = false;
        model.DangerousAddRef(ref isHeld);
        _modelPointer = model.Pointer;
        _data = _library.MakeData(_modelPointer);
        if (_data is null)
        {
            model.DangerousRelease();
            throw new InvalidOperationException("MuJoCo has no memory for another simulation.");
        }

        SetHandle((nint)_data);
        _positions = *(double**)(_data + MuJoCoLayout.DataPositions);
        _velocities = *(double**)(_data + MuJoCoLayout.DataVelocities);
        _controls = *(double**)(_data + MuJoCoLayout.DataControls);
        _bodyPositions = *(double**)(_data + MuJoCoLayout.DataBodyPositions);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Gets the time since the start, in seconds.</summary>
    public double Time => *(double*)(_data + MuJoCoLayout.DataTime);

    /// <summary>Gets the positions, <c>[nq]</c>; call <see cref="Forward"/> after writing them.</summary>
    public Span<double> Positions => new(_positions, _model.PositionCount);

    /// <summary>Gets the velocities, <c>[nv]</c>; call <see cref="Forward"/> after writing them.</summary>
    public Span<double> Velocities => new(_velocities, _model.VelocityCount);

    /// <summary>Gets the controls, <c>[nu]</c>, which the next step takes.</summary>
    public Span<double> Controls => new(_controls, _model.ControlCount);

    /// <summary>Gets the positions of the bodies in the world, <c>[nbody, 3]</c>, as the last forward pass found them.</summary>
    public ReadOnlySpan<double> BodyPositions => new(_bodyPositions, _model.BodyCount * 3);

    /// <summary>Goes back to the model's own start: its positions, no velocities, no controls.</summary>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        _library.ResetData(_modelPointer, _data);
    }

    /// <summary>Computes everything that follows from the positions and velocities, without going on in time.</summary>
    public void Forward()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        _library.Forward(_modelPointer, _data);
        GC.KeepAlive(this);
    }

    /// <summary>Goes on in time under the same controls.</summary>
    /// <param name="steps">How many steps of the engine, at least 1.</param>
    /// <exception cref="InvalidOperationException">The simulation diverged: the engine met numbers that are not finite and began anew.</exception>
    public void Step(int steps)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        var before = Time;
        for (var i = 0; i < steps; i++)
        {
            _library.Step(_modelPointer, _data);
        }

        // The engine answers a divergence by a reset, its clock included.
        if (Time <= before)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"The simulation diverged at {before:0.###} s: MuJoCo met numbers that are not finite."));
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _library.DeleteData(_data);
        _model.DangerousRelease();
        return true;
    }
}
