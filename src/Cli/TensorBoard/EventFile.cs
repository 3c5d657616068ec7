using System.Buffers.Binary;
using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>A file of scalars that TensorBoard shows while it grows: records of TensorFlow's <c>Event</c> message in TFRecord framing.</summary>
/// <remarks>
/// The fields' numbers are those of tensorflow/core/util/event.proto and framework/summary.proto. A record is its length, the length's checksum,
/// the message and the message's checksum; a reader that meets half a record waits for the rest.
/// </remarks>
internal sealed class EventFile : IDisposable
{
    private const int WallTime = 1;
    private const int Step = 2;
    private const int FileVersion = 3;
    private const int Summary = 5;
    private const int SessionLog = 7;
    private const int SummaryValue = 1;
    private const int ValueTag = 1;
    private const int ValueSimple = 2;
    private const int SessionStatus = 1;
    private const int SessionStart = 1;

    private readonly FileStream _stream;

    /// <summary>Begins a file, beside those of earlier sittings.</summary>
    /// <param name="folder">The folder.</param>
    public EventFile(string folder)
    {
        var now = TimeProvider.System.GetUtcNow();
        _stream = Create(folder, now.ToUnixTimeSeconds());
        Write(new ProtobufMessage().Add(WallTime, Seconds(now)).Add(FileVersion, "brain.Event:2"));
    }

    /// <summary>Finds the files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The files of all sittings.</returns>
    public static string[] In(string folder) => Directory.GetFiles(folder, "events.out.tfevents.*.memoryrl");

    /// <summary>Says that what files before this one say of a step, and of later ones, never happened.</summary>
    /// <param name="step">The step.</param>
    public void Restart(long step) =>
        Write(new ProtobufMessage().Add(WallTime, Seconds(TimeProvider.System.GetUtcNow())).Add(Step, step).Add(SessionLog, new ProtobufMessage().Add(SessionStatus, SessionStart)));

    /// <summary>Writes scalars.</summary>
    /// <param name="step">What they are of.</param>
    /// <param name="scalars">The scalars by tag.</param>
    public void Write(long step, IEnumerable<KeyValuePair<string, double>> scalars)
    {
        var summary = new ProtobufMessage();
        foreach (var (tag, value) in scalars)
        {
            _ = summary.Add(SummaryValue, new ProtobufMessage().Add(ValueTag, tag).Add(ValueSimple, (float)value));
        }

        Write(new ProtobufMessage().Add(WallTime, Seconds(TimeProvider.System.GetUtcNow())).Add(Step, step).Add(Summary, summary));
    }

    /// <summary>Ends the file.</summary>
    public void Dispose() => _stream.Dispose();

    // The name's number sorts a later file behind an earlier one, also where a run goes on in the second in which it stopped.
    private static FileStream Create(string folder, long seconds)
    {
        var taken = In(folder).Select(file => long.Parse(Path.GetFileName(file).Split('.')[3], CultureInfo.InvariantCulture));
        var number = Math.Max(seconds, taken.DefaultIfEmpty().Max() + 1);
        return new FileStream(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{number}.memoryrl")), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    }

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private void Write(ProtobufMessage message)
    {
        var data = message.ToArray();
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)data.Length);
        _stream.Write(length);
        WriteChecksum(length);
        _stream.Write(data);
        WriteChecksum(data);
        _stream.Flush();
    }

    private void WriteChecksum(ReadOnlySpan<byte> data)
    {
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, MaskedCrc32C.Of(data));
        _stream.Write(checksum);
    }
}
