using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;

namespace MemoryRL.Grains.Tests;

public sealed class FileGrainStorageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Boundaries => [.. Enum.GetNames<FileBoundary>()];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_state_never_written_does_not_exist()
    {
        using var storage = Open();
        var state = await ReadAsync(storage);
        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Empty(state.State!.Content);
    }

    [Fact]
    public async Task A_written_state_is_read_by_the_next_process()
    {
        using (var storage = Open())
        {
            await WriteAsync(storage, await ReadAsync(storage), 1);
        }

        using var next = Open();
        Assert.Equal(1, await NumberAsync(next));
    }

    [Fact]
    public async Task A_state_is_one_file_with_the_bytes_as_they_are()
    {
        using var storage = Open();
        await WriteAsync(storage, await ReadAsync(storage), 3);
        var file = Assert.Single(Directory.GetFiles(_folder.Path, "*.safetensors", SearchOption.AllDirectories));
        Assert.Equal(Path.Combine(_folder.Path, "memoryrl%2Etest", "a%2Fb.state.safetensors"), file);
        Assert.Equal(StateFiles.ContentOf(3), await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_write_over_somebody_elses_write_is_refused()
    {
        using var storage = Open();
        var (mine, theirs) = (await ReadAsync(storage), await ReadAsync(storage));
        await WriteAsync(storage, theirs, 1);
        _ = await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(storage, mine, 2));
        await WriteAsync(storage, theirs, 3);
        Assert.Equal(3, await NumberAsync(storage));
    }

    [Fact]
    public async Task A_cleared_state_is_gone_and_may_be_written_anew()
    {
        using var storage = Open();
        var (mine, theirs) = (await ReadAsync(storage), await ReadAsync(storage));
        await WriteAsync(storage, mine, 1);
        _ = await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("state", StateFiles.Grain, theirs));
        await storage.ClearStateAsync("state", StateFiles.Grain, mine);
        Assert.False(mine.RecordExists);
        Assert.False((await ReadAsync(storage)).RecordExists);
        await WriteAsync(storage, mine, 2);
        Assert.Equal(2, await NumberAsync(storage));
    }

    [Fact]
    public async Task A_folder_in_use_is_an_error_that_names_the_option()
    {
        using var storage = Open();
        var error = Assert.Throws<IOException>(Open);
        Assert.Contains("MemoryRL:StorageFolder", error.Message, StringComparison.Ordinal);
        Assert.False((await ReadAsync(storage)).RecordExists);
    }

    [Fact]
    public async Task Keys_too_long_for_a_file_name_are_kept_apart()
    {
        using var storage = Open();
        var (first, second) = (GrainId.Create("t", new string('漢', 200) + "1"), GrainId.Create("t", new string('漢', 200) + "2"));
        var state = new GrainState<GrainDocument>(new GrainDocument { Content = StateFiles.ContentOf(5) });
        await storage.WriteStateAsync("state", first, state);
        var other = new GrainState<GrainDocument>(new GrainDocument());
        await storage.ReadStateAsync("state", second, other);
        Assert.False(other.RecordExists);
        await storage.ReadStateAsync("state", first, other);
        Assert.Equal(5, StateFiles.NumberOf(other.State!.Content));
    }

    [Fact]
    public async Task States_of_another_shape_are_refused()
    {
        using var storage = Open();
        _ = await Assert.ThrowsAsync<NotSupportedException>(() => storage.ReadStateAsync("state", StateFiles.Grain, new GrainState<string>("text")));
    }

    [Theory]
    [MemberData(nameof(Boundaries))]
    public async Task A_process_that_dies_in_a_write_leaves_the_old_or_the_new_state_whole(string name)
    {
        var boundary = Enum.Parse<FileBoundary>(name);
        using (var storage = Open())
        {
            await WriteAsync(storage, await ReadAsync(storage), 1);
        }

        var died = false;
        using (var dying = Open(reached => died = reached == boundary ? throw new ProcessDiedException() : died))
        {
            var state = await ReadAsync(dying);
            died = await Record.ExceptionAsync(() => WriteAsync(dying, state, 2)) is ProcessDiedException;
        }

        Assert.Equal(boundary != FileBoundary.Deleted, died);
        using var next = Open();
        Assert.Equal(boundary is FileBoundary.Renamed or FileBoundary.DirectoryFlushed or FileBoundary.Deleted ? 2 : 1, await NumberAsync(next));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp", SearchOption.AllDirectories));
        var after = await ReadAsync(next);
        await WriteAsync(next, after, 3);
        Assert.Equal(3, await NumberAsync(next));
    }

    [Theory]
    [MemberData(nameof(Boundaries))]
    public async Task A_process_that_dies_in_a_clear_leaves_the_old_state_whole_or_none(string name)
    {
        var boundary = Enum.Parse<FileBoundary>(name);
        using (var storage = Open())
        {
            await WriteAsync(storage, await ReadAsync(storage), 1);
        }

        using (var dying = Open(reached => _ = reached == boundary ? throw new ProcessDiedException() : true))
        {
            var state = await ReadAsync(dying);
            _ = await Record.ExceptionAsync(() => dying.ClearStateAsync("state", StateFiles.Grain, state));
        }

        using var next = Open();
        var after = await ReadAsync(next);
        Assert.Equal(boundary == FileBoundary.Started, after.RecordExists);
        if (after.RecordExists)
        {
            Assert.Equal(1, StateFiles.NumberOf(after.State!.Content));
        }
    }

    [Fact]
    public async Task A_killed_process_loses_no_acknowledged_write_and_tears_none()
    {
        var acknowledged = 0;
        for (var round = 0; round < 3; round++)
        {
            acknowledged = await WriteUntilKilledAsync(acknowledged, writes: 20 + (7 * round));
            using var storage = Open();
            var number = await NumberAsync(storage);
            Assert.InRange(number, acknowledged, acknowledged + 1);
            acknowledged = number;
        }
    }

    private async Task<int> WriteUntilKilledAsync(int acknowledged, int writes)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(StateWritingProgram).Assembly.Location, StateWritingProgram.Command, _folder.Path]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var last = acknowledged;
        while (last < acknowledged + writes)
        {
            last = Parse(await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        }

        process.Kill();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            // A line may be cut short by the death; the one before it is whole.
            last = int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == last + 1 ? number : last;
        }

        await process.WaitForExitAsync();
        return last;

        static int Parse(string? line) => int.Parse(line ?? throw new InvalidOperationException("The writing process ended by itself."), CultureInfo.InvariantCulture);
    }

    private FileGrainStorage Open() => new(_folder.Path, NullLogger.Instance);

    private FileGrainStorage Open(Action<FileBoundary> boundary) => new(_folder.Path, NullLogger.Instance, boundary);

    private static async Task<GrainState<GrainDocument>> ReadAsync(FileGrainStorage storage)
    {
        var state = new GrainState<GrainDocument>(new GrainDocument());
        await storage.ReadStateAsync("state", StateFiles.Grain, state);
        return state;
    }

    private static async Task<int> NumberAsync(FileGrainStorage storage) => StateFiles.NumberOf((await ReadAsync(storage)).State!.Content);

    private static Task WriteAsync(FileGrainStorage storage, GrainState<GrainDocument> state, int number)
    {
        state.State = new GrainDocument { Content = StateFiles.ContentOf(number) };
        return storage.WriteStateAsync("state", StateFiles.Grain, state);
    }

    private sealed class ProcessDiedException : Exception;
}
