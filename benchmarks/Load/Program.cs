using MemoryRL.Benchmarks.Load;
using MemoryRL.Core;
using MemoryRL.Datasets;
using MemoryRL.Grains;
using MemoryRL.Learning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// Prints the load table of docs/PERFORMANCE.md: every figure is the median of several rounds in this process.
// Arguments: any of ping, append, sample, plan, rollout, datasets, environments (all of them by default) and --rounds N.
string[] known = ["ping", "append", "sample", "plan", "rollout", "datasets", "environments"];
var rounds = 5;
var chosen = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--rounds" && i + 1 < args.Length && int.TryParse(args[i + 1], out rounds) && rounds >= 1)
    {
        i++;
    }
    else if (known.Contains(args[i]))
    {
        chosen.Add(args[i]);
    }
    else
    {
        await Console.Error.WriteLineAsync($"Expected any of {string.Join(", ", known)} and --rounds N but got '{args[i]}'.");
        return 2;
    }
}

bool Runs(string name) => chosen.Count == 0 || chosen.Contains(name);

var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.AddMemoryRL();
foreach (var factory in LearningAlgorithms.LearnerFactories)
{
    builder.Services.AddSingleton(factory);
}

foreach (var factory in LearningAlgorithms.ValueFunctionFactories)
{
    builder.Services.AddSingleton(factory);
}

builder.Services.AddSingleton<IValueFunctionFactory, FreeValues.Factory>();
using var host = builder.Build();
await host.StartAsync();
var grains = host.Services.GetRequiredService<IGrainFactory>();
var output = Console.Out;
var rows = new List<Measurement>();
if (Runs("ping"))
{
    rows.AddRange(await PingLoad.MeasureAsync(rounds));
}

if (Runs("append"))
{
    rows.Add(await AppendLoad.MeasureAsync(grains, rounds));
}

if (Runs("sample"))
{
    rows.Add(SamplingLoad.Measure(1_000_000, rounds, atLeast: 15, aim: 8));
    rows.Add(SamplingLoad.Measure(10_000_000, rounds, atLeast: 22, aim: 12));
}

if (Runs("plan"))
{
    rows.AddRange(await PlanningLoad.MeasureAsync(grains, rounds, output));
}

if (Runs("rollout"))
{
    rows.Add(await RolloutLoad.MeasureAsync(grains, rounds, output));
}

if (Runs("datasets"))
{
    if (Hdf5Library.UnavailableReason is { } reason)
    {
        await Console.Error.WriteLineAsync(reason);
    }
    else
    {
        rows.AddRange(DatasetLoad.Measure(rounds));
    }
}

await host.StopAsync();
MeasurementTable.PrintMachine(output);
if (rows.Count > 0)
{
    MeasurementTable.PrintHead(output);
}

foreach (var row in rows)
{
    MeasurementTable.PrintRow(output, row);
}

if (Runs("environments"))
{
    EnvironmentLoad.Print(rounds, output);
}

return 0;
