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
    public async Task A_peer_that_computes_something_else_is_not_timed()
    {
        var python = await TensorBenchPeerTests.MakeProgramAsync(_folder.Path, """
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

        var (exitCode, output, errors) = await InProcessCli.RunAsync([.. Quick, "--only", "gemm-256,mlp,iql,iql-17,vem,vem-17,ae-17,ae-384,dt-act,mlp-act", "--python", PythonFactAttribute.Interpreter, "--json", file]);

        Assert.True(exitCode == 0, errors);
        if (output.Contains("not compared", StringComparison.Ordinal))
        {
            // This machine's PyTorch computes with reference BLAS; the other tests show what becomes of it.
            return;
        }

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var rows = report.RootElement.GetProperty("rows");
        Assert.Equal(10, rows.GetArrayLength());
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
}
