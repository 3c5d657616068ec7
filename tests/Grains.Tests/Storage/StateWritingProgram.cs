using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemoryRL.Grains.Tests;

/// <summary>Writes states one after the other and says each number when its write is acknowledged, until it is killed.</summary>
internal static class StateWritingProgram
{
    public const string Command = "write-states";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [Command, var folder])
        {
            await Console.Error.WriteLineAsync($"Expected {Command} and a folder.");
            return 2;
        }

        using var storage = new FileGrainStorage(folder, NullLogger.Instance);
        var state = new GrainState<GrainDocument>(new GrainDocument());
        await storage.ReadStateAsync("state", StateFiles.Grain, state);
        for (var number = state.RecordExists ? StateFiles.NumberOf(state.State!.Content) + 1 : 1; ; number++)
        {
            state.State = new GrainDocument { Content = StateFiles.ContentOf(number) };
            await storage.WriteStateAsync("state", StateFiles.Grain, state);
            await Console.Out.WriteLineAsync(number.ToString(CultureInfo.InvariantCulture));
        }
    }
}

/// <summary>States whose every word is their number, in lengths that differ.</summary>
internal static class StateFiles
{
    public static GrainId Grain { get; } = GrainId.Create("memoryrl.test", "a/b");

    public static byte[] ContentOf(int number)
    {
        var content = new byte[4 * (1_000 + (number * 7919 % 30_000))];
        for (var offset = 0; offset < content.Length; offset += 4)
        {
            BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(offset), number);
        }

        return content;
    }

    /// <summary>Reads a state's number; a torn state has none.</summary>
    public static int NumberOf(byte[] content)
    {
        var number = BinaryPrimitives.ReadInt32LittleEndian(content);
        Assert.Equal(ContentOf(number), content);
        return number;
    }
}
