using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>A call of a method that answers an async enumerable; the emitted calls derive from it.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal abstract class EnumerableCall<T>
{
    internal abstract GrainMethod Method { get; }

    /// <summary>Gets or sets the token that the grain gets.</summary>
    internal CancellationToken CalleeToken { get; set; }

    /// <summary>Calls the method.</summary>
    internal abstract IAsyncEnumerable<T> Open(object grain);
}

/// <summary>What the caller of such a method gets: nothing is called before it is enumerated.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class GrainEnumerable<T>(GrainReference target, EnumerableCall<T> call, CancellationToken cancellationToken) : IAsyncEnumerable<T>
{
    internal int MaxBatchSize { get; set; } = 100;

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken enumeratorToken = default)
    {
        return new GrainEnumerator<T>(target, call, MaxBatchSize, CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enumeratorToken));
    }
}

/// <summary>Fetches elements in batches: what is there at once travels together.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class GrainEnumerator<T>(GrainReference target, EnumerableCall<T> call, int maxBatchSize, CancellationTokenSource cancellation) : IAsyncEnumerator<T>
{
    private readonly Guid _id = Guid.NewGuid();
    private Batch<T> _batch = new([], IsLast: false);
    private int _index = -1;
    private bool _isOpen;

    public T Current => _batch.Elements[_index];

    public async ValueTask<bool> MoveNextAsync()
    {
        if (++_index < _batch.Elements.Count)
        {
            return true;
        }

        if (_batch.IsLast)
        {
            return false;
        }

        var advance = new AdvanceRequest<T>(_id, _isOpen ? null : call, call.Method, maxBatchSize);
        _isOpen = true;
        _batch = await Sender.Send(target, advance, cancellation.Token);
        _index = 0;
        return _batch.Elements.Count > 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOpen)
        {
            _isOpen = false;
            try
            {
                await Sender.Send(target, new EndRequest(_id), CancellationToken.None);
            }
            catch (SiloUnavailableException)
            {
                // The host has stopped, and has ended the enumeration with the grain.
            }
        }

        cancellation.Dispose();
    }
}

/// <summary>Some elements of an enumeration.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="Elements">The elements.</param>
/// <param name="IsLast">Whether none will follow.</param>
internal sealed record Batch<T>(List<T> Elements, bool IsLast);

/// <summary>An enumeration that an activation holds open for a caller; it is disposed in a turn.</summary>
internal interface IOpenEnumeration : IAsyncDisposable
{
    /// <summary>Ends a wait for the next element, because the grain goes.</summary>
    void Abort();
}

/// <summary>An enumeration that an activation holds open for a caller; used only in its turns.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class OpenEnumeration<T> : IOpenEnumeration
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly IAsyncEnumerator<T> _enumerator;
    private readonly GrainReference _self;
    private readonly Travel _travel;
    private Task<bool>? _moving;
    private bool _isAborted;

    internal OpenEnumeration(EnumerableCall<T> call, Activation activation)
    {
        call.CalleeToken = _cancellation.Token;
        _self = activation.GrainReference;
        _travel = call.Method.ResultTravels;
        _enumerator = call.Open(activation.GrainInstance!).GetAsyncEnumerator(_cancellation.Token);
    }

    internal async Task<Batch<T>> AdvanceAsync(int maxBatchSize)
    {
        var elements = new List<T>();
        while (elements.Count < maxBatchSize)
        {
            _moving ??= _enumerator.MoveNextAsync().AsTask();
            if (elements.Count > 0 && !_moving.IsCompletedSuccessfully)
            {
                break;
            }

            if (!await MovedAsync(_moving))
            {
                return new Batch<T>(elements, IsLast: true);
            }

            elements.Add(Travels.Send(_enumerator.Current, _self, _travel));
        }

        return new Batch<T>(elements, IsLast: false);
    }

    public void Abort()
    {
        _isAborted = true;
        _cancellation.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await _cancellation.CancelAsync();
        if (_moving is not null)
        {
            await ((Task)_moving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await _enumerator.DisposeAsync();
        _cancellation.Dispose();
    }

    private async Task<bool> MovedAsync(Task<bool> moving)
    {
        try
        {
            return await moving;
        }
        catch (OperationCanceledException) when (_isAborted)
        {
            throw new EnumerationAbortedException($"The enumeration ended because {_self.GrainId} was deactivated.");
        }
        finally
        {
            _moving = null;
        }
    }
}

/// <summary>Asks for the next elements; interleaves with everything, and waits as long as the grain takes.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class AdvanceRequest<T>(Guid id, EnumerableCall<T>? call, GrainMethod enumerated, int maxBatchSize) : ValueRequest<Batch<T>>
{
    internal override GrainMethod Method => GrainMethod.Enumerate;

    public override string ToString() => $"{base.ToString()} of {enumerated}";

    internal override async ValueTask<Batch<T>> Call(object grain)
    {
        var open = Activation!.Enumerations;
        if (!open.TryGetValue(id, out var enumeration))
        {
            if (call is null)
            {
                throw new EnumerationAbortedException($"The enumeration of {enumerated} is not known to {Target.GrainId}: the grain was deactivated since it began.");
            }

            enumeration = new OpenEnumeration<T>(call, Activation);
            open.Add(id, enumeration);
        }

        return await ((OpenEnumeration<T>)enumeration).AdvanceAsync(maxBatchSize);
    }
}

/// <summary>Tells the grain that the caller wants no more.</summary>
internal sealed class EndRequest(Guid id) : VoidRequest
{
    internal override GrainMethod Method => GrainMethod.Enumerate;

    internal override async ValueTask Call(object grain)
    {
        if (Activation!.Enumerations.Remove(id, out var enumeration))
        {
            await enumeration.DisposeAsync();
        }
    }
}
