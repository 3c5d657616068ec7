using System.Collections.Immutable;
using MemoryRL.Grains.Interfaces;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace MemoryRL.Grains;

/// <summary>
/// The versions of one policy's bundles. Agents that wait for a newer one hold no turn. A published version is there for agents at once, and in
/// storage after the next save: on a period, and at an orderly stop.
/// </summary>
[Reentrant, KeepAlive, GrainType("memoryrl.policy")]
internal sealed partial class PolicyGrain(
    [PersistentState("policy", GrainStorageNames.Provider)] IPersistentState<GrainDocument> state,
    IOptions<MemoryRLOptions> options,
    WaitLimit waits,
    TimeProvider time,
    MemoryRLTelemetry telemetry,
    ILogger<PolicyGrain> logger) : Grain, IPolicyGrain
{
    private const string Schema = "memoryrl.policy/1";

    private readonly PolicyVersions _versions = new(options.Value.PolicyVersionsKept);
    private readonly ChangeSignal _published = new(time, waits.Stopping);
    private DocumentState _document = null!;
    private long _savedVersion;

    private string Name => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _document = new DocumentState(state, Schema, Name);
        if (_document.Take() is { } document)
        {
            _versions.Load(document);
            _savedVersion = _versions.Latest?.Version ?? 0;
        }

        var period = options.Value.PolicySavePeriod;
        _ = this.RegisterGrainTimer(SaveAsync, new GrainTimerCreationOptions(period, period) { Interleave = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => SaveAsync(cancellationToken);

    /// <inheritdoc/>
    public Task PublishAsync(PolicyBundle bundle, CancellationToken cancellationToken)
    {
        _versions.Add(bundle);
        telemetry.PolicyPublished(bundle.Algorithm);
        LogPublished(logger, Name, bundle.Version, bundle.Weights.Data.Length);
        _published.Pulse();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<PolicyBundle?> GetNewerAsync(long version, TimeSpan maxWait, CancellationToken cancellationToken)
    {
        var deadline = _published.DeadlineAfter(waits.Bound(maxWait));
        while (true)
        {
            if (_versions.Latest is { } latest && latest.Version > version)
            {
                return latest;
            }

            if (!await _published.WaitAsync(deadline, cancellationToken))
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public Task<PolicyBundle?> GetAsync(long version, CancellationToken cancellationToken) => Task.FromResult(_versions.Find(version));

    /// <inheritdoc/>
    public Task<ImmutableArray<long>> ListVersionsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(_versions.Bundles.Select(bundle => bundle.Version).ToImmutableArray());

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        var saving = _versions.Latest?.Version ?? 0;
        if (saving == _savedVersion)
        {
            return;
        }

        var byteCount = await _document.WriteAsync(_versions.Save);
        _savedVersion = saving;
        LogSaved(logger, Name, saving, byteCount);
    }

    [LoggerMessage(EventId = 4101, EventName = "PolicyPublished", Level = LogLevel.Debug, Message = "Policy {PolicyName} has version {Version}: {ByteCount} bytes.")]
    private static partial void LogPublished(ILogger logger, string policyName, long version, int byteCount);

    [LoggerMessage(EventId = 5101, EventName = "PolicySaved", Level = LogLevel.Debug, Message = "Policy {PolicyName} was saved up to version {Version}: {ByteCount} bytes.")]
    private static partial void LogSaved(ILogger logger, string policyName, long version, int byteCount);
}
