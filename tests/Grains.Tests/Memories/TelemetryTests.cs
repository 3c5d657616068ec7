using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

[Collection(SharedHostCollection.Name)]
public sealed class TelemetryTests(SharedGrainHost shared)
{
    private readonly GrainHost _host = shared.Host;

    [Fact]
    public async Task Appends_samples_and_errors_are_measured_without_keys()
    {
        var seen = new ConcurrentDictionary<string, double>();
        var tags = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, enabled) =>
        {
            if (instrument.Meter.Name == "MemoryRL")
            {
                enabled.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Record(instrument, value, labels));
        listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Record(instrument, value, labels));
        listener.Start();

        var name = await _host.CreateMemoryAsync("measured");
        _ = await _host.GetShard(name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(1, length: 7)));
        _ = await _host.GetShard(name).SampleAsync(new SampleRequest(1, 1, 1, TimeSpan.Zero));
        _ = await Assert.ThrowsAsync<InvalidInputException>(() => _host.GetShard(name).AppendAsync(TestEpisodes.Append(TestEpisodes.Message(2) with { EpisodeId = Guid.Empty })));

        Assert.True(seen["memoryrl.memory.steps {step}"] >= 7);
        Assert.Contains("memoryrl.memory.append.duration s", seen.Keys);
        Assert.Contains("memoryrl.memory.sample.duration s", seen.Keys);
        Assert.Contains("error.type=InvalidExperienceException", tags);
        Assert.DoesNotContain(tags, tag => tag.Contains(name, StringComparison.Ordinal));

        void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            _ = seen.AddOrUpdate($"{instrument.Name} {instrument.Unit}", value, (_, sum) => sum + value);
            foreach (var label in labels)
            {
                tags.Add($"{label.Key}={label.Value}");
            }
        }
    }
}
