using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MemoryRL.Grains;

/// <summary>Sends MemoryRL's metrics and traces to an OpenTelemetry collector, where one is named.</summary>
public static class TelemetryExport
{
    /// <summary>The environment variable that names the collector and thereby switches the export on.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Exports what the meters and activity sources named <c>MemoryRL*</c> record, when <see cref="EndpointVariable"/> is set; else does nothing.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="serviceName">The name under which the program appears, <c>service.name</c>.</param>
    /// <param name="serviceVersion">Its version, <c>service.version</c>.</param>
    /// <returns>The same builder.</returns>
    /// <remarks>The other variables of the OTLP exporter count too (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).</remarks>
    public static IHostApplicationBuilder AddTelemetryExport(this IHostApplicationBuilder builder, string serviceName, string serviceVersion)
    {
        if (!string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(EndpointVariable)))
        {
            builder.Services.AddHostedService(_ => new Exporter(serviceName, serviceVersion));
        }

        return builder;
    }

    // Listens before anything else starts, and sends what is left after everything else has stopped.
    private sealed class Exporter(string serviceName, string serviceVersion) : IHostedLifecycleService, IDisposable
    {
        private MeterProvider? _meters;
        private TracerProvider? _tracers;

        public Task StartingAsync(CancellationToken cancellationToken)
        {
            var resource = ResourceBuilder.CreateDefault().AddService(serviceName, serviceVersion: serviceVersion);
            _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter("MemoryRL*").AddOtlpExporter().Build();
            _tracers = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource("MemoryRL*").AddOtlpExporter().Build();
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken)
        {
            Dispose();
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            _meters?.Dispose();
            _tracers?.Dispose();
        }
    }
}
