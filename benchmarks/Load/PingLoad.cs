using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MemoryRL.Benchmarks.Load;

/// <summary>A grain that only answers: what a call costs.</summary>
[Alias("memoryrl.benchmarks.IPingGrain")]
public interface IPingGrain : IGrainWithStringKey
{
    /// <summary>Answers with the number it got.</summary>
    /// <param name="number">Any number.</param>
    /// <returns>The same number.</returns>
    [Alias("PingAsync")]
    ValueTask<int> PingAsync(int number);
}

/// <summary>Answers.</summary>
[GrainType("memoryrl.benchmarks.ping")]
internal sealed class PingGrain : Grain, IPingGrain
{
    /// <inheritdoc/>
    public ValueTask<int> PingAsync(int number) => ValueTask.FromResult(number);
}

/// <summary>Eight callers, each with one call under way at a time, on a grain of its own.</summary>
internal static class PingLoad
{
    private const int Callers = 8;
    private const int CallsPerCaller = 400_000;

    /// <summary>Measures calls a second and bytes allocated a call, on a host that has nothing but the grain.</summary>
    /// <param name="rounds">The number of rounds.</param>
    /// <returns>The two rows.</returns>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(int rounds)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(_ => { });
        using var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var rates = new List<double>();
        var bytes = new List<double>();
        for (var round = 0; round <= rounds; round++)
        {
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(grains.GetGrain<IPingGrain>($"ping-{caller}")))));
            var elapsed = Stopwatch.GetElapsedTime(start);
            if (round > 0)
            {
                rates.Add(Callers * (double)CallsPerCaller / elapsed.TotalSeconds / 1e6);
                bytes.Add((GC.GetTotalAllocatedBytes(precise: true) - allocated) / (Callers * (double)CallsPerCaller));
            }
        }

        await host.StopAsync();
        return
        [
            new Measurement($"embedded grain ping, {Callers} concurrent callers", "M calls/s", rates, 3, 6),
            new Measurement("allocated by such a call", "bytes", bytes, 300, 300, LowerIsBetter: true),
        ];
    }

    private static async Task CallAsync(IPingGrain grain)
    {
        for (var i = 0; i < CallsPerCaller; i++)
        {
            if (await grain.PingAsync(i) != i)
            {
                throw new InvalidOperationException("Expected the number that was sent.");
            }
        }
    }
}
