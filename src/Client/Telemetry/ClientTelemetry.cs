using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MemoryRL.Client;

/// <summary>What the client measures: one meter and one activity source, both named <see cref="Name"/>.</summary>
public static class ClientTelemetry
{
    /// <summary>The name of the client's <see cref="Meter"/> and <see cref="ActivitySource"/>, to subscribe to.</summary>
    public const string Name = "MemoryRL.Client";

    private static readonly Meter Meter = new(Name);

    internal static ActivitySource Activities { get; } = new(Name);

    internal static Histogram<double> AppendDuration { get; } =
        Meter.CreateHistogram<double>("memoryrl.client.append.duration", "s", "Time until an append of the episode writer was acknowledged or given up, retries included.");

    internal static Counter<long> AppendedSteps { get; } = Meter.CreateCounter<long>("memoryrl.client.append.steps", "{step}", "Steps acknowledged.");

    internal static Counter<long> AppendRetries { get; } = Meter.CreateCounter<long>("memoryrl.client.append.retries", "{call}", "Appends that had to be tried again.");

    internal static UpDownCounter<long> OutstandingSteps { get; } =
        Meter.CreateUpDownCounter<long>("memoryrl.client.writer.outstanding", "{step}", "Steps accepted by episode writers and not yet acknowledged.");

    internal static Histogram<double> CreditWaitDuration { get; } =
        Meter.CreateHistogram<double>("memoryrl.client.writer.credit_wait.duration", "s", "Time that a write waited for credit.");

    internal static Histogram<double> SampleDuration { get; } =
        Meter.CreateHistogram<double>("memoryrl.client.sample.duration", "s", "Time until a batch arrived, waits included.");

    internal static Counter<long> RolloutSteps { get; } = Meter.CreateCounter<long>("memoryrl.client.rollout.steps", "{step}", "Steps taken by rollout workers.");

    internal static Counter<long> RolloutEpisodes { get; } = Meter.CreateCounter<long>("memoryrl.client.rollout.episodes", "{episode}", "Episodes finished by rollout workers.");

    internal static Counter<long> PolicyVersions { get; } = Meter.CreateCounter<long>("memoryrl.client.policy.versions", "{version}", "Policy versions received.");

    /// <summary>Names what went wrong for the attribute <c>error.type</c>.</summary>
    /// <param name="error">The error, or null.</param>
    /// <returns>No attribute where nothing went wrong.</returns>
    internal static TagList ErrorTags(Exception? error) => error is null ? default : new TagList { { "error.type", error.GetType().FullName } };
}
