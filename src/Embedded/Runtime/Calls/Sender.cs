using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>What the emitted proxies call.</summary>
internal static class Sender
{
    /// <summary>Sends a request; the callee never runs on the caller's stack.</summary>
    internal static Task<T> Send<T>(GrainReference target, PromisedRequest<T> request, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        CallTarget callTarget;
        try
        {
            callTarget = target.Target();
        }
        catch (Exception exception) when (exception is SiloUnavailableException or ArgumentException)
        {
            return Task.FromException<T>(exception);
        }

        // First the promise: from Prepare on, a cancellation on another thread may break it.
        var promise = request.Promise;
        request.Prepare(target, cancellationToken);
        callTarget.Post(request);
        return promise;
    }

    /// <summary>Sends a request that nobody waits for.</summary>
    internal static Task SendOneWay(GrainReference target, VoidRequest request)
    {
        try
        {
            var callTarget = target.Target();
            request.Prepare(target, CancellationToken.None);
            callTarget.Post(request);
        }
        catch (SiloUnavailableException exception)
        {
            HostLog.OneWayFailed(target.Host.Logger, exception, request.Method, target.GrainId);
        }

        return Task.CompletedTask;
    }
}
