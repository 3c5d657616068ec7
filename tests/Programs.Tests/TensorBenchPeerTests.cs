using System.Diagnostics;
using System.Text.Json;
using MemoryRL.Cli;
using MemoryRL.Learning;

namespace MemoryRL.Programs.Tests;

public sealed class TensorBenchPeerTests
{
    private const string OpenBlas = "/usr/lib/x86_64-linux-gnu/openblas-openmp/libblas.so.3";
    private const string Reference = "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0";
    private const string NumPysOwn = "/opt/venv/numpy.libs/libopenblas64_p-r0-0cf96a72.3.23.dev.so";

    // Where Debian has PyTorch. Tests that need it hold elsewhere too: the command then prints our figures alone.
    private const string SystemPython = "/usr/bin/python3";

    [Fact]
    public async Task Help_lists_the_work_the_options_and_the_remedy()
    {
        var (exitCode, output, _) = await InProcessCli.RunAsync("bench", "tensors", "--help");

        Assert.Equal(0, exitCode);
        var words = string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.All(["--rounds", "--threads", "--only", "--block-seconds", "--python", "--json", "allocation", "apt-get install python3-torch libopenblas0-openmp"], word => Assert.Contains(word, words, StringComparison.Ordinal));
        Assert.All(TensorWorkloads.Keys, key => Assert.Contains(key, words, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_work_of_the_table_has_its_target() => Assert.Equal(TensorWorkloads.Keys, TensorBenchTarget.All.Select(static target => target.Key));

    [Theory]
    [InlineData(true, "libopenblasp-r0.3.21.so", "generic", OpenBlas, "/usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblasp-r0.3.21.so")]
    [InlineData(true, "libblas.so.3", "generic", OpenBlas)]
    [InlineData(true, "MKL", "mkl")]
    [InlineData(true, "MKL", "mkl", Reference)]
    [InlineData(true, "Accelerate", "accelerate")]
    [InlineData(false, "reference BLAS (" + Reference + ")", "generic", Reference)]
    [InlineData(false, "reference BLAS (" + Reference + ")", "generic", NumPysOwn, Reference)]
    [InlineData(false, "an unknown BLAS", "generic")]
    [InlineData(false, "an unknown BLAS", "generic", "/usr/local/cuda/lib64/libcublas.so.12")]
    public void PyTorch_is_compared_with_only_when_its_own_products_are_fast(bool isComparable, string blas, string builtWith, params string[] libraries)
    {
        var identity = new TorchIdentity("1.13.1", 1, libraries, builtWith);

        Assert.Equal(isComparable, identity.IsComparable);
        Assert.Equal(blas, identity.Blas);
    }

    [Fact]
    public void PyTorch_says_who_it_is_in_one_line()
    {
        var identity = TorchAnswer.Identity(Hello(OpenBlas));

        Assert.Equal("1.13.1", identity.Version);
        Assert.Equal(2, identity.Threads);
        Assert.Equal([OpenBlas], identity.Libraries);
        Assert.Equal("generic", identity.BuiltWith);
    }

    [Theory]
    [InlineData("Warning: something")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("""{"torch":"1.13.1"}""")]
    [InlineData("""{"torch":1.13,"threads":1,"blas":[],"config":""}""")]
    [InlineData("""{"torch":"1.13.1","threads":1.5,"blas":[],"config":""}""")]
    public void A_line_that_does_not_say_who_it_is_is_named(string line)
    {
        var error = Assert.Throws<InvalidDataException>(() => TorchAnswer.Identity(line));

        Assert.Contains($"but got '{line}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_hold_the_values_and_seconds_that_were_asked_for()
    {
        Assert.Equal([1.5, -2], TorchAnswer.Values("""{"values":[1.5,-2]}""", 2));
        Assert.Equal(0.25, TorchAnswer.Seconds("""{"seconds":0.25}"""));
        Assert.Contains("expected 3 values", Assert.Throws<InvalidDataException>(() => TorchAnswer.Values("""{"values":[1.5,-2]}""", 3)).Message, StringComparison.Ordinal);
        Assert.Contains("expected values", Assert.Throws<InvalidDataException>(() => TorchAnswer.Values("""{"values":["x"]}""", 1)).Message, StringComparison.Ordinal);
        Assert.Contains("expected seconds above 0", Assert.Throws<InvalidDataException>(() => TorchAnswer.Seconds("""{"seconds":0}""")).Message, StringComparison.Ordinal);
        Assert.Contains("expected seconds", Assert.Throws<InvalidDataException>(() => TorchAnswer.Seconds("""{"error":"no such work"}""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_show_medians_the_spread_of_quartiles_and_the_median_of_the_rounds_ratios()
    {
        var row = new TensorBenchRow("mlp", "an MLP", 1, [0.001, 0.002, 0.001, 0.003, 0.001], [0.002, 0.002, 0.0013, 0.003, 0.002], Operations: 0, Peak: 1e11);

        Assert.Equal(0.001, row.OurMedian, 1e-12);
        Assert.Equal(0.002, row.TheirMedian!.Value, 1e-12);
        Assert.Equal(1.3, row.Ratio!.Value, 1e-9);
        Assert.Equal(0.5, row.Spread, 1e-9);
        Assert.Equal("least", row.Verdict());
        Assert.Equal(
            [
                "| work   | threads | ours    | spread | PyTorch | ratio | at least | aim   | verdict |",
                "|--------|---------|---------|--------|---------|-------|----------|-------|---------|",
                "| an MLP | 1       | 1.00 ms | 50 %   | 2.00 ms | 1.30x | 1.25x    | 1.50x | least   |",
            ],
            TensorBenchTable.Lines([row]));
    }

    [Fact]
    public void Without_PyTorch_a_row_has_our_figures_and_no_verdict()
    {
        var row = new TensorBenchRow("dt", "a step", 2, [0.1], [], Operations: 0, Peak: 1e11);

        Assert.Null(row.Verdict());
        Assert.Equal("| a step | 2       | 100.00 ms | 0 %    | -       | -     | 1.20x    | 1.60x | -       |", TensorBenchTable.Lines([row])[^1]);
    }

    [Theory]
    [InlineData(65_536, 0, "held")]
    [InlineData(65_537, 0, "missed")]
    [InlineData(10, 1, "missed")]
    public void Allocation_is_held_to_its_bytes_and_collections(long bytes, int collections, string verdict)
    {
        var lines = new TensorBenchAllocation(1000, bytes, collections).Lines(isStorageCounted: true);

        Assert.Contains($"and 0: {verdict})", lines[0], StringComparison.Ordinal);
        Assert.Contains("262,144", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_PyTorch_the_command_prints_our_figures_the_reason_and_the_remedy()
    {
        using var folder = new TemporaryFolder();
        var python = await MakeProgramAsync(folder.Path, "echo \"ModuleNotFoundError: No module named 'torch'\" >&2; exit 1");

        var (exitCode, output, _) = await RunAsync("mlp-act", python);

        Assert.Equal(0, exitCode);
        Assert.Contains("PyTorch is not here", output, StringComparison.Ordinal);
        Assert.Contains("No module named 'torch'", output, StringComparison.Ordinal);
        Assert.Contains("apt-get install python3-torch libopenblas0-openmp", output, StringComparison.Ordinal);
        Assert.Matches(@"\| MLP 11-256-256-1, one observation \| 1 +\| [0-9.]+ (us|ms) ", output);
    }

    [Theory]
    [InlineData("/no/such/python", "/no/such/python: can't be started")]
    [InlineData("/bin/echo", "expected who it is")]
    public async Task A_program_that_is_not_Python_is_named(string python, string expected)
    {
        var (exitCode, output, _) = await RunAsync("mlp-act", python);

        Assert.Equal(0, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Contains(TorchSearch.Remedy, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_interpreter_is_tried_when_one_has_reference_BLAS()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        var slow = await MakeProgramAsync(first.Path, $"read request; echo '{Hello(Reference)}'; read request");
        var fast = await MakeProgramAsync(second.Path, $"read request; echo '{Hello(OpenBlas)}'; read request");

        var (peer, identity, line) = await TorchSearch.FindAsync([slow, fast], 2, CancellationToken.None);
        await using var closing = peer;

        Assert.True(identity!.IsComparable);
        Assert.Equal("PyTorch 1.13.1 with libblas.so.3", line);
    }

    [Fact]
    public async Task A_peer_that_ends_in_the_middle_fails_the_command_with_its_last_words()
    {
        using var folder = new TemporaryFolder();
        var python = await MakeProgramAsync(folder.Path, $"read request; echo '{Hello(OpenBlas)}'; read request; echo 'MemoryError' >&2; exit 1");

        var (exitCode, _, errors) = await RunAsync("mlp-act", python);

        Assert.Equal(1, exitCode);
        Assert.Contains("MemoryError", errors, StringComparison.Ordinal);
    }

    /// <summary>Where PyTorch is, the command itself refuses to time work whose first losses differ by more than 1e-4, so its success says that they agree.</summary>
    [Theory]
    [InlineData("gemm-512,gemm-1280")]
    [InlineData("dt")]
    public async Task Work_starts_from_the_same_numbers_on_both_sides(string work)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "figures.json");

        var (exitCode, output, errors) = await InProcessCli.RunAsync("bench", "tensors", "--rounds", "2", "--block-seconds", "0.001", "--threads", "1", "--only", work, "--python", SystemPython, "--json", file);

        Assert.True(exitCode == 0, errors);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var rows = report.RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(work.Split(','), rows.Select(static row => row.GetProperty("work").GetString()));
        var isCompared = report.RootElement.GetProperty("peers").EnumerateArray().Any(static peer => peer.GetProperty("isComparable").GetBoolean());
        Assert.All(rows, row =>
        {
            Assert.Equal(2, row.GetProperty("ours").GetArrayLength());
            Assert.Equal(isCompared ? 2 : 0, row.GetProperty("theirs").GetArrayLength());
        });
        Assert.True(isCompared || output.Contains(TorchSearch.Remedy, StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task Thread_counts_are_measured_once_each_in_order()
    {
        var (exitCode, output, errors) = await InProcessCli.RunAsync("bench", "tensors", "--rounds", "1", "--block-seconds", "0.001", "--threads", "2,1,2", "--only", "mlp-act", "--python", "/no/such/python");

        Assert.Equal(0, exitCode);
        Assert.Equal(["measured mlp-act on 1", "measured mlp-act on 2"], errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, output.Split('\n').Count(static line => line.StartsWith("| MLP", StringComparison.Ordinal)));
    }

    private static Task<(int ExitCode, string Output, string Errors)> RunAsync(string work, string python) =>
        InProcessCli.RunAsync("bench", "tensors", "--rounds", "1", "--block-seconds", "0.001", "--threads", "1", "--only", work, "--python", python);

    private static string Hello(string library) => $$"""{"torch":"1.13.1","python":"3.11.2","threads":2,"blas":["{{library}}"],"config":"Build settings: BLAS_INFO=generic, LAPACK_INFO=generic"}""";

    // Another process makes the copy that will run: a program can't be started while a writer's handle is open, not even one that a process started just now has inherited.
    /// <summary>A program in the place of the interpreter. Another process writes it: a file that this one wrote may still be open in a child that another test has just started.</summary>
    internal static async Task<string> MakeProgramAsync(string folder, string script)
    {
        var (source, program) = (Path.Combine(folder, "source"), Path.Combine(folder, "python"));
        await File.WriteAllTextAsync(source, $"#!/bin/sh\n{script}\n");
        using var install = Process.Start("install", ["-m", "755", source, program]);
        await install.WaitForExitAsync();
        Assert.Equal(0, install.ExitCode);
        return program;
    }
}
