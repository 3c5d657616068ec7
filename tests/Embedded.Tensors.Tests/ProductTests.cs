using System.Diagnostics;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace MemoryRL.Embedded.Tensors.Tests;

/// <summary>Matrix products at every register width against double precision by hand.</summary>
public sealed class ProductTests
{
    private const string Switch = "DOTNET_EnableAVX512";

    private static readonly (int M, int K, int N)[] Sizes =
        [(1, 1, 1), (2, 3, 5), (5, 7, 33), (8, 16, 32), (9, 40, 35), (64, 11, 64), (31, 64, 17), (6, 5, 16), (13, 1, 50), (7, 0, 9), (65, 130, 70), (20, 700, 40), (300, 321, 17)];

    public static TheoryData<int> Widths => [512, 256, 128];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Products_agree_with_double_precision_in_all_transpose_cases(int bits)
    {
        var before = Gemm.RegisterBits;
        Gemm.RegisterBits = bits;
        try
        {
            foreach (var (m, k, n) in Sizes)
            {
                for (var transposes = 0; transposes < 4; transposes++)
                {
                    Check(m, k, n, (transposes & 1) != 0, (transposes & 2) != 0);
                }
            }
        }
        finally
        {
            Gemm.RegisterBits = before;
        }
    }

    [Fact]
    public void Linear_layers_start_from_the_bias()
    {
        using var scope = NewDisposeScope();
        var x = randn(10, 6);
        var w = randn(20, 6);
        var b = randn(20);
        Assert.True(nn.functional.linear(x, w, b).allclose(x.matmul(w.t()) + b, rtol: 1e-5, atol: 1e-5));
    }

    [Fact]
    public void Registers_are_as_wide_as_the_process_may_use()
        => Assert.Equal(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128, Gemm.WidestBits);

    /// <summary>DOTNET_EnableAVX512=0 takes the processor's 512-bit registers away from a process: a child that runs these tests without them must pass.</summary>
    [Fact]
    public async Task A_process_without_512_bit_registers_computes_the_same()
    {
        if (string.Equals(Environment.GetEnvironmentVariable(Switch), "0", StringComparison.Ordinal))
        {
            Assert.NotEqual(512, Gemm.WidestBits);
            return;
        }

        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("vstest");
        start.ArgumentList.Add(typeof(ProductTests).Assembly.Location);
        start.ArgumentList.Add($"--TestCaseFilter:FullyQualifiedName~{nameof(ProductTests)}");
        start.Environment[Switch] = "0";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 && output.Contains("Passed", StringComparison.Ordinal), output + await errors);
    }

    internal static void Check(int m, int k, int n, bool left, bool right)
    {
        using var scope = NewDisposeScope();
        var generator = new Generator((ulong)((m * 7919) + (k * 31) + n));
        var a = left ? rand(k, m, generator: generator).t() : rand(m, k, generator: generator);
        var b = right ? rand(n, k, generator: generator).t() : rand(k, n, generator: generator);
        var x = a.data<float>().ToArray();
        var y = b.data<float>().ToArray();
        var product = a.mm(b).data<float>().ToArray();
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var expected = Enumerable.Range(0, k).Sum(p => (double)x[(i * k) + p] * y[(p * n) + j]);
                Assert.True(Math.Abs(expected - product[(i * n) + j]) <= 1e-5 * Math.Max(1, expected), $"{m} x {k} x {n}, transposed {left} {right}: [{i}, {j}] is {product[(i * n) + j]}, expected {expected}");
            }
        }
    }
}
