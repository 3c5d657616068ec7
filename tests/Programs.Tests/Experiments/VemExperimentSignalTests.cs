using MemoryRL.Cli;

namespace MemoryRL.Programs.Tests;

/// <summary><c>experiment vem</c> as a process of its own that is interrupted, beside a second one on the same folder.</summary>
public sealed class VemExperimentSignalTests : IDisposable
{
    // Two real trainings side by side, on cores that others may use too.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly SuiteCell[] Cells = [.. VemSuite.Of(isQuick: true).Cells.Where(cell => cell is { Dataset: "maze2d-umaze", Method: "BC" })];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [DatasetFact]
    public async Task A_Ctrl_C_keeps_what_is_finished_and_the_same_command_comes_to_the_same_bytes_as_an_undisturbed_run()
    {
        var (made, _, errors) = await InProcessCli.RunAsync("make-datasets", "maze2d", "--only", "maze2d-umaze", "--steps", "2000", "--out", At("data"));
        Assert.True(made == 0, errors);
        _ = MadeUpRun.Save(At("runs"), Cells[0], 30);
        var finished = FolderContent.Of(At($"runs/{Cells[0].Name}"));
        using var first = Start();
        _ = await first.WaitForLineAsync(line => line == $"begun   {Cells[1].Name}");
        using (var second = Start())
        {
            Assert.Equal(0, await second.WaitForEndAsync());
            Assert.Contains($"passed  {Cells[1].Name}: another process runs it\nstill run by other processes: {Cells[1].Name}\n", second.Output, StringComparison.Ordinal);
        }

        first.Signal("INT");

        Assert.Equal(1, await first.WaitForEndAsync());
        Assert.Equal("memoryrl: stopped before it was done.", first.Errors);
        Assert.Equal([Cells[1].Name], SuiteResults.Read(At("runs"), [.. Cells]).Missing.Select(cell => cell.Name));

        using var again = Start();
        using var undisturbed = ChildProgram.StartCli(_folder.Path, new Dictionary<string, string> { ["DOTNET_PROCESSOR_COUNT"] = "1" }, [.. Cells[1].Arguments("data/maze2d-umaze.hdf5"), "--out", "undisturbed"]);
        Assert.Equal(0, await again.WaitForEndAsync(Patience));
        Assert.Equal(0, await undisturbed.WaitForEndAsync(Patience));

        Assert.Contains("2 runs, 1 done already", again.Output, StringComparison.Ordinal);
        Assert.Equal(finished, FolderContent.Of(At($"runs/{Cells[0].Name}")));
        foreach (var file in (string[])["policy.safetensors", RunResult.FileName])
        {
            Assert.Equal(File.ReadAllBytes(Only("undisturbed", file)), File.ReadAllBytes(Only($"runs/{Cells[1].Name}", file)));
        }
    }

    private string At(string path) => Path.Combine(_folder.Path, path);

    private string Only(string folder, string file) => Directory.GetFiles(At(folder), file, SearchOption.AllDirectories).Single();

    private ChildProgram Start() => ChildProgram.StartCli(_folder.Path, "experiment", "vem", "--quick", "--only", "maze2d-umaze/bc/*", "--data", "data", "--out", "runs", "--parallel", "1");
}
