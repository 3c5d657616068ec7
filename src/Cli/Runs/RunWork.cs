using System.Collections.Immutable;
using MemoryRL.Client;
using MemoryRL.Core;
using MemoryRL.Environments;
using MemoryRL.Grains.Interfaces;
using MemoryRL.Learning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MemoryRL.Cli;

/// <summary>Everything that works in a run: the memory, the learner, the policy's subscription, the writer and the agents.</summary>
internal sealed class RunWork : IAsyncDisposable
{
    /// <summary>Over how many of the last episodes success, return and length are averaged.</summary>
    public const int WindowEpisodes = 500;

    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan CheckpointPeriod = TimeSpan.FromSeconds(30);

    private readonly IPolicyGrain _policy;
    private readonly PolicySubscription? _subscription;
    private readonly EpisodeWriter _writer;
    private readonly RolloutWorker _worker;
    private readonly CancellationTokenSource _stop = new();

    private RunWork(RunParameters parameters, AlgorithmEntry algorithm, IServiceProvider services, ExperienceMemory memory, long stepsBefore)
    {
        var grains = services.GetRequiredService<IGrainFactory>();
        Memory = memory;
        Learner = algorithm.Learner is null ? null : grains.GetLearner(parameters.Name);
        _policy = grains.GetPolicy(parameters.Name);
        var acting = parameters.ActsOnMemory ? PolicyView.Ensemble : PolicyView.Explorer;
        _subscription = algorithm.Policy is null ? null : new PolicySubscription(grains, parameters.Name, [algorithm.PolicyOf(acting)], logger: services.GetService<ILogger<PolicySubscription>>());
        _writer = new EpisodeWriter(memory, RunMemory.WriterOptions, logger: services.GetService<ILogger<EpisodeWriter>>());
        var task = EnvironmentRegistry.Find(parameters.Task);
        _worker = new RolloutWorker(memory.Spec.Experience, _ => task.Create(), _writer, _subscription, new RolloutOptions
        {
            AgentCount = parameters.Agents,
            ThreadCount = Math.Min(parameters.Threads, parameters.Agents),

            // A resumed run draws on, rather than living its first episodes again.
            Seed = new RandomStream((ulong)parameters.Seed, (ulong)stepsBefore).NextUInt64(),
            MaxSteps = Math.Max(parameters.Agents, parameters.Steps - stepsBefore),
            PartialEpisodes = PartialEpisodes.Finish,
            StopDeadline = StopDeadline,
            WindowEpisodes = WindowEpisodes,
        });
    }

    /// <summary>Gets the memory.</summary>
    public ExperienceMemory Memory { get; }

    /// <summary>Gets the learner; null where nothing learns.</summary>
    public ILearnerGrain? Learner { get; }

    /// <summary>Gets how long ago the agents' policy was published; null before the first.</summary>
    public TimeSpan? PolicyAge => _subscription?.Age;

    /// <summary>Gets where the agents stand.</summary>
    public RolloutProgress Progress => _worker.Progress;

    /// <summary>Gets the agents' end: completes when they have stopped, and fails when one of them failed.</summary>
    public Task<RolloutResult> Agents { get; private set; } = Task.FromException<RolloutResult>(new InvalidOperationException("Expected agents that were started."));

    /// <summary>Creates or opens the memory, starts the learner, then the agents.</summary>
    /// <param name="parameters">The run.</param>
    /// <param name="services">The started host's services.</param>
    /// <param name="stepsBefore">The steps that were taken before a resume.</param>
    /// <returns>The work, under way.</returns>
    public static async Task<RunWork> StartAsync(RunParameters parameters, IServiceProvider services, long stepsBefore)
    {
        var algorithm = AlgorithmCatalog.Find(parameters.Algorithm);
        var memory = await new MemoryClient(services.GetRequiredService<IGrainFactory>()).CreateMemoryAsync(parameters.Name, parameters.Memory);
        var work = new RunWork(parameters, algorithm, services, memory, stepsBefore);
        if (work.Learner is { } learner)
        {
            await learner.StartAsync(new LearnerSpecMessage(
                parameters.Algorithm,
                parameters.Name,
                parameters.Name,
                parameters.Seed,
                "auto",
                parameters.PublishPeriod,
                CheckpointPeriod,
                parameters.Options.ToImmutableDictionary()));
        }

        work.Agents = work._worker.RunAsync(work._stop.Token);
        return work;
    }

    /// <summary>Gets the newest policy's bundle.</summary>
    /// <returns>The bundle; null before the first.</returns>
    public Task<PolicyBundle?> GetPolicyAsync() => _policy.GetNewerAsync(0, TimeSpan.Zero);

    /// <summary>Stops in order: agents finish their episodes, the writer flushes, the learner checkpoints, the memory writes its snapshot.</summary>
    /// <returns>The episodes that were finished but not acknowledged, of which there are none unless the memory did not answer in time.</returns>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        var agents = await Agents;
        using var deadline = new CancellationTokenSource(StopDeadline);
        var report = await _writer.CompleteAsync(deadline.Token);
        if (Learner is not null)
        {
            await Learner.StopAsync();
        }

        await Memory.SnapshotAsync();
        return agents.Unwritten.Length + report.Unacknowledged.Length;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writer.DisposeAsync();
        if (_subscription is not null)
        {
            await _subscription.DisposeAsync();
        }

        _stop.Dispose();
    }
}
