using System.Runtime.Versioning;
using System.Text.Json;
using MemoryRL.Cli;
using MemoryRL.Tests;

namespace MemoryRL.Programs.Tests;

public sealed class TensorBenchTests : IDisposable
{
    private const string Remedy = "apt-get install python3-torch libopenblas0-openmp";

    private static readonly string[] Quick = ["bench", "tensors", "--rounds", "2", "--block-seconds", "0.002", "--threads", "1"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_PyTorch_the_bench_prints_our_figures_and_how_to_get_the_others()
    {
        var (exitCode, output, _) = await InProcessCli.RunAsync([.. Quick, "--only", "ae-17,mlp-act", "--python", Path.Combine(_folder.Path, "no-python")]);

        Assert.Equal(0, exitCode);
        Assert.Contains(Remedy, output, StringComparison.Ordinal);
        var rows = output.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToArray();
        Assert.Equal(3, rows.Length);
        Assert.Matches("^\\| autoencoder 17.* \\| 1 +\\| .* (ms|us) +\\| .* % +\\| - +\\| - +\\| 1\\.10x +\\| 1\\.40x +\\| - +\\|$", rows[1]);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_reference_BLAS_is_named_and_not_compared_with()
    {
        var python = Peer("""read -r line; echo '{"torch":"9.9","python":"3","threads":1,"blas":["/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0"],"config":"BLAS_INFO=generic"}'""");

        var (exitCode, output, _) = await InProcessCli.RunAsync([.. Quick, "--only", "ae-17", "--python", python]);

        Assert.Equal(0, exitCode);
        Assert.Contains("PyTorch 9.9 is here with reference BLAS (/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0): not compared", output, StringComparison.Ordinal);
        Assert.Contains(Remedy, output, StringComparison.Ordinal);
        Assert.DoesNotContain("aim |", output.Split('\n').Last(line => line.StartsWith("| auto", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task A_peer_that_computes_something_else_is_not_timed()
    {
        var python = Peer("""
            while read -r line; do
              case "$line" in
                *hello*) echo '{"torch":"9.9","python":"3","threads":1,"blas":["/usr/lib/openblas/libopenblas.so.0"],"config":""}' ;;
                *check*) echo '{"values":[1,2,3]}' ;;
                *) echo '{"seconds":0.001}' ;;
              esac
            done
            """);

        var (exitCode, _, errors) = await InProcessCli.RunAsync([.. Quick, "--only", "ae-17", "--python", python]);

        Assert.Equal(1, exitCode);
        Assert.Contains("ae-17: this build computes 0.33", errors, StringComparison.Ordinal);
        Assert.Contains("PyTorch 1, 2, 3 from the same numbers", errors, StringComparison.Ordinal);
    }

    [PythonFact("torch", Remedy)]
    public async Task PyTorch_does_the_same_work_and_every_turn_is_written_down()
    {
        var file = Path.Combine(_folder.Path, "bench.json");

        var (exitCode, output, errors) = await InProcessCli.RunAsync([.. Quick, "--only", "gemm-256,mlp,iql,ae-17,ae-384,dt-act,mlp-act", "--python", PythonFactAttribute.Interpreter, "--json", file]);

        Assert.True(exitCode == 0, errors);
        if (output.Contains("not compared", StringComparison.Ordinal))
        {
            // This machine's PyTorch computes with reference BLAS; the other tests show what becomes of it.
            return;
        }

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var rows = report.RootElement.GetProperty("rows");
        Assert.Equal(7, rows.GetArrayLength());
        Assert.All(rows.EnumerateArray(), row =>
        {
            Assert.Equal(2, row.GetProperty("ours").GetArrayLength());
            Assert.Equal(2, row.GetProperty("theirs").GetArrayLength());
            Assert.True(row.GetProperty("ratio").GetDouble() > 0);
        });
    }

    [Theory]
    [InlineData("--rounds: expected 1 to 1000 but got 0.", "--rounds", "0")]
    [InlineData("--threads: expected a list of whole numbers from 1 to 64 but got 1,x.", "--threads", "1,x")]
    [InlineData("--block-seconds: expected more than 0 and at most 60 but got -1.", "--block-seconds", "-1")]
    [InlineData("--only: expected a list of gemm-256", "--only", "gemm-1")]
    public async Task Wrong_options_are_refused_by_name(string expected, params string[] arguments)
    {
        var (exitCode, _, errors) = await InProcessCli.RunAsync(["bench", "tensors", .. arguments]);

        Assert.Equal(2, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mlp", 1, 1.6, "aim")]
    [InlineData("mlp", 1, 1.3, "least")]
    [InlineData("mlp", 1, 1.2, "missed")]
    [InlineData("iql", 1, 1.6, "aim")]
    [InlineData("iql", 2, 1.6, "least")]
    [InlineData("iql", 2, 1.9, "aim")]
    public void A_rows_verdict_is_its_targets(string work, int threads, double ratio, string verdict)
    {
        var row = new TensorBenchRow(work, work, threads, [0.001, 0.001, 0.002], [0.001 * ratio, 0.001 * ratio, 0.001], 0, 1e11);

        Assert.Equal(ratio, row.Ratio!.Value, 1e-9);
        Assert.Equal(0.001, row.OurMedian);
        Assert.Equal(verdict, row.Verdict());
    }

    [Fact]
    public void Products_are_judged_by_the_peak_and_answers_by_microseconds()
    {
        var product = new TensorBenchRow("gemm-256", "product", 2, [1], [1.1], Operations: 1.9e11, Peak: 1e11);
        Assert.Equal((0.95, "aim"), (product.ShareOfPeak, product.Verdict()));
        Assert.Equal("least", (product with { Operations = 1.8e11 }).Verdict());
        Assert.Equal("missed", (product with { Theirs = [0.9] }).Verdict());
        Assert.Equal("least", new TensorBenchRow("mlp-act", "answer", 1, [4e-6], [], 0, 1e11).Verdict());
        Assert.Equal("missed", new TensorBenchRow("mlp-act", "answer", 1, [6e-6], [], 0, 1e11).Verdict());
    }

    [Theory]
    [InlineData("libopenblasp-r0.3.21.so", true, "", "/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3", "/usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblasp-r0.3.21.so")]
    [InlineData("MKL", true, "PyTorch built with: BLAS_INFO=mkl")]
    [InlineData("reference BLAS (/usr/lib/x86_64-linux-gnu/blas/libblas.so.3)", false, "", "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3")]
    [InlineData("an unknown BLAS", false, "")]
    public void The_BLAS_behind_PyTorch_is_recognised(string name, bool isComparable, string config, params string[] libraries)
    {
        using var answer = JsonDocument.Parse(JsonSerializer.Serialize(new { torch = "1", threads = 1, blas = libraries, config }));

        var identity = TorchIdentity.Parse(answer.RootElement);

        Assert.Equal((name, isComparable), (identity.Blas, identity.IsComparable));
    }

    /// <summary>A program in the place of the interpreter.</summary>
    [SupportedOSPlatform("linux")]
    private string Peer(string script)
    {
        var path = Path.Combine(_folder.Path, "peer");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
