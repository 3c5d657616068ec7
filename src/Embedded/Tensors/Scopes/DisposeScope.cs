using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Owns the tensors made on its thread while it was the innermost scope, and disposes them with itself.</summary>
/// <remarks>Use it with <c>using</c>, never across an <c>await</c>: scopes belong to a thread.</remarks>
public sealed class DisposeScope : IDisposable
{
    private HashSet<IDisposable> _disposables;
    private DisposeScopeManager? _manager;

    internal DisposeScope(DisposeScopeManager manager)
    {
        _manager = manager;
        OuterScope = manager.CurrentDisposeScope;
        _disposables = manager.RentSet();
    }

    /// <summary>How many tensors the scope owns.</summary>
    public int DisposablesCount => _manager is null ? throw Ended() : _disposables.Count;

    /// <summary>What the scope owns.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => _manager is null ? throw Ended() : [.. _disposables];

    internal DisposeScope? OuterScope { get; set; }

    /// <summary>Whether the scope owns it.</summary>
    public bool Contains(IDisposable disposable) => _disposables.Contains(disposable);

    /// <summary>The outer scope becomes the owner; without one, nobody.</summary>
    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        Move(OuterScope, disposable);
        return disposable;
    }

    /// <summary>The outer scope becomes the owner of all; without one, nobody.</summary>
    public void MoveToOuter(params IDisposable[] disposables) => MoveToOuter((IEnumerable<IDisposable>)disposables);

    /// <summary>The outer scope becomes the owner of all; without one, nobody.</summary>
    public void MoveToOuter(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables)
        {
            Move(OuterScope, disposable);
        }
    }

    /// <summary>Another scope becomes the owner; without one, nobody.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        Move(scope, disposable);
        return disposable;
    }

    /// <summary>Nobody owns it any more.</summary>
    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        Move(null, disposable);
        return disposable;
    }

    /// <summary>Nobody owns them any more.</summary>
    public void Detach(params IDisposable[] disposables)
    {
        foreach (var disposable in disposables)
        {
            Move(null, disposable);
        }
    }

    /// <summary>This scope becomes the owner.</summary>
    public void Attach(IDisposable disposable)
    {
        if (_manager is null)
        {
            throw Ended();
        }

        var tensor = disposable as Tensor ?? throw new InvalidOperationException("DisposeScope can only manage Tensor or PackedSequence");
        if (ReferenceEquals(tensor.OwningDisposeScope, this))
        {
            return;
        }

        _ = tensor.OwningDisposeScope?._disposables.Remove(tensor);
        _ = _disposables.Add(tensor);
        tensor.OwningDisposeScope = this;
    }

    /// <summary>Disposes all that the scope owns; the scope stays.</summary>
    public void DisposeEverything() => DisposeEverythingBut(Array.Empty<IDisposable>());

    /// <summary>Disposes all that the scope owns, but these.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        if (_manager is null)
        {
            throw Ended();
        }

        var before = _disposables.ToArray();
        _disposables.Clear();
        _disposables.UnionWith(inKeep);
        foreach (var disposable in before)
        {
            if (!_disposables.Contains(disposable))
            {
                disposable.Dispose();
            }
        }
    }

    /// <summary>Disposes all that the scope owns, but these.</summary>
    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    /// <summary>Disposes all that the scope owns, but this.</summary>
    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    /// <summary>Forgets what was disposed elsewhere.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        _ = _disposables.Remove(disposable);
        if (disposable is Tensor tensor)
        {
            tensor.OwningDisposeScope = null;
        }
    }

    /// <summary>Disposes all that the scope owns and makes the outer scope the innermost again.</summary>
    public void Dispose()
    {
        if (_manager is null)
        {
            return;
        }

        DisposeEverything();
        _manager.Remove(this);
        _manager.ReturnSet(_disposables);
        _disposables = [];
        _manager = null;
    }

    internal void Register(Tensor tensor) => _ = _disposables.Add(tensor);

    /// <summary>A handle that takes over another's value takes over its place too.</summary>
    internal static void Replace(Tensor original, Tensor replacement)
    {
        if (original.OwningDisposeScope is { } scope && scope._disposables.Remove(original))
        {
            original.OwningDisposeScope = null;
            _ = scope._disposables.Add(replacement);
            replacement.OwningDisposeScope = scope;
        }
    }

    private static ObjectDisposedException Ended() => new(typeof(DisposeScope).FullName);

    private void Move(DisposeScope? scope, IDisposable disposable)
    {
        if (_manager is null)
        {
            throw Ended();
        }

        if (!_disposables.Remove(disposable) || disposable is not Tensor tensor)
        {
            return;
        }

        tensor.OwningDisposeScope = scope;
        if (scope is null)
        {
            _manager.StatisticsInstance.DetachedFromScopeCount++;
        }
        else
        {
            _ = scope._disposables.Add(tensor);
        }
    }
}
