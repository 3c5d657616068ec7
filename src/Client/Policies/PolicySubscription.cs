using System.Collections.Frozen;
using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemoryRL.Client;

/// <summary>
/// Follows a policy grain ("newer than v?") by long polls, and hands the newest policy to rollout threads when they ask between two steps.
/// </summary>
/// <remarks>
/// A question that fails is asked again: agents act with the policy they have while the grain is away. A bundle that cannot be read, or whose
/// algorithm nobody registered, fails the subscription: the next <see cref="Refresh"/> throws.
/// </remarks>
public sealed partial class PolicySubscription : IPolicySource, IAsyncDisposable
{
    private readonly IPolicyGrain _grain;
    private readonly string _policyName;
    private readonly FrozenDictionary<string, IPolicyFactory> _factories;
    private readonly PolicySubscriptionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _following;
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile PolicyBundle? _newest;
    private volatile Exception? _failure;

    /// <summary>Starts to follow a policy.</summary>
    /// <param name="grains">Where the grains are.</param>
    /// <param name="policyName">The policy's name.</param>
    /// <param name="factories">Makers of policies, one an algorithm.</param>
    /// <param name="options">How it waits; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="logger">Where it logs; null for nowhere.</param>
    /// <exception cref="InvalidExperienceException">An option is not allowed; the message names its key.</exception>
    public PolicySubscription(
        IGrainFactory grains,
        string policyName,
        IEnumerable<IPolicyFactory> factories,
        PolicySubscriptionOptions? options = null,
        TimeProvider? time = null,
        ILogger<PolicySubscription>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(grains);
        _grain = grains.GetPolicy(policyName);
        _policyName = policyName;
        _factories = factories.ToFrozenDictionary(factory => factory.Algorithm, StringComparer.Ordinal);
        _options = options ?? new PolicySubscriptionOptions();
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<PolicySubscription>.Instance;
        _following = Task.Run(() => FollowAsync(_stopping.Token));
    }

    /// <inheritdoc/>
    public long Version => _newest?.Version ?? 0;

    /// <summary>Gets how long ago the newest version was published, by this process' clock, 0 or more; null before the first.</summary>
    public TimeSpan? Age
    {
        get
        {
            if (_newest is not { } newest)
            {
                return null;
            }

            // The publisher's clock may run ahead of this one.
            var age = _time.GetUtcNow() - newest.PublishedAt;
            return age > TimeSpan.Zero ? age : TimeSpan.Zero;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="SafetensorsFormatException">The newest bundle is damaged.</exception>
    /// <exception cref="InvalidExperienceException">Nobody registered the newest bundle's algorithm; the message lists those registered.</exception>
    public IPolicy? Refresh(IPolicy? current)
    {
        if (_failure is { } failure)
        {
            throw new InvalidOperationException($"Policy '{_policyName}' cannot be followed: {failure.Message}", failure);
        }

        if (_newest is not { } newest || newest.Version == (current?.Version ?? 0))
        {
            return current;
        }

        var policy = Create(newest);
        current?.Dispose();
        return policy;
    }

    /// <summary>Waits for a version newer than one.</summary>
    /// <param name="version">The version that the caller has; 0 for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The newest version.</returns>
    /// <exception cref="InvalidOperationException">The policy cannot be followed; the inner error says why.</exception>
    public async Task<long> WaitForNewerAsync(long version, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (_failure is { } failure)
            {
                throw new InvalidOperationException($"Policy '{_policyName}' cannot be followed: {failure.Message}", failure);
            }

            if (Version > version)
            {
                return Version;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops to follow; policies that were handed out stay theirs.</summary>
    /// <returns>Completes when no question is under way.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _following;
        _stopping.Dispose();
    }

    private IPolicy Create(PolicyBundle bundle) => _factories.TryGetValue(bundle.Algorithm, out var factory)
        ? factory.Create(bundle.Weights.Data)
        : throw new InvalidExperienceException("policy.algorithm", $"one of {string.Join(", ", _factories.Keys.Order(StringComparer.Ordinal))}", $"'{bundle.Algorithm}'");

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var asked = _time.GetTimestamp();
                if (await _grain.GetNewerAsync(Version, _options.PollWait, cancellationToken) is { } bundle && bundle.Version > Version)
                {
                    // Read once here, so that a damaged bundle is met before agents are.
                    Create(bundle).Dispose();
                    _newest = bundle;
                    ClientTelemetry.PolicyVersions.Add(1);
                    Announce();
                }
                else if (_time.GetElapsedTime(asked) < _options.PollWait / 2)
                {
                    // A grain that answers at once must not be asked in a tight loop.
                    await Task.Delay(_options.RetryPause, _time, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (Waiting.IsTransient(error))
            {
                LogAskedAgain(_policyName, error.Message);
                await PauseAsync(cancellationToken);
            }
#pragma warning disable CA1031 // Whatever it is, rollout threads are told at their next safe point.
            catch (Exception error)
#pragma warning restore CA1031
            {
                LogFailed(error, _policyName);
                _failure = error;
                Announce();
                return;
            }
        }
    }

    private Task PauseAsync(CancellationToken cancellationToken) =>
        Task.Delay(_options.RetryPause, _time, cancellationToken).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void Announce()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult();
    }

    [LoggerMessage(EventId = 6101, Level = LogLevel.Warning, Message = "Policy {Policy} was asked for again: {Reason}")]
    private partial void LogAskedAgain(string policy, string reason);

    [LoggerMessage(EventId = 6102, Level = LogLevel.Error, Message = "Policy {Policy} cannot be followed")]
    private partial void LogFailed(Exception error, string policy);
}
