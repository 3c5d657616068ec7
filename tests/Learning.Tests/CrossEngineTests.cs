using System.Text.Json;
using Xunit.Abstractions;

namespace MemoryRL.Learning.Tests;

/// <summary>
/// 200 updates from PyTorch's weights and batches (golden/make_losses.py), on whichever engine the build has. Engines sum in different
/// orders, and training amplifies that: PyTorch's own single precision leaves its double precision by 9e-4 in IQL's 200 updates.
/// Allowed is 1e-4 in the first 20 updates and, our choice, ten times more every 100 updates after.
/// </summary>
public sealed class CrossEngineTests(ITestOutputHelper output)
{
    private const int EarlyUpdates = 20;
    private const double EarlyDrift = 1e-4;
    private const double UpdatesPerTenfold = 100;

    private static readonly JsonDocument Golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "losses.json")));

    [Theory]
    [InlineData("iql")]
    [InlineData("vem")]
    [InlineData("ae")]
    [InlineData("dt")]
    public void Losses_of_200_updates_are_PyTorchs(string name)
    {
        var expected = Golden.RootElement.GetProperty("losses").GetProperty(name).EnumerateArray().Select(loss => loss.GetDouble()).ToArray();
        using var work = name switch
        {
            "dt" => new TransformerWorkload(11, 3, batch: 8, drop: 0),
            "ae" => new RegressionWorkload(name, "autoencoder", [17, 128, 64, 16, 64, 128, 17], 2e-4, isAutoencoder: true),
            _ => TensorWorkloads.Create(name),
        };
        var drifts = new double[expected.Length];
        for (var update = 0; update < expected.Length; update++)
        {
            drifts[update] = Math.Abs((work.Step() / expected[update]) - 1);
            var allowed = EarlyDrift * Math.Pow(10, Math.Max(update - EarlyUpdates, 0) / UpdatesPerTenfold);
            Assert.True(drifts[update] <= allowed, $"{name}: a drift of {drifts[update]:g3} at update {update}, {allowed:g3} allowed");
        }

        output.WriteLine($"{name}: relative drift at most {drifts[..EarlyUpdates].Max():g3} in the first {EarlyUpdates} updates and {drifts.Max():g3} in all {drifts.Length}");
    }
}
