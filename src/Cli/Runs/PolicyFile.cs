using MemoryRL.Core;

namespace MemoryRL.Cli;

/// <summary>A policy on disk: the bundle that agents act with, which also says what task it was trained on.</summary>
/// <param name="Bundle">The bundle.</param>
/// <param name="Algorithm">The algorithm's name.</param>
/// <param name="Task">The task's name, or null where the file does not say.</param>
internal sealed record PolicyFile(ReadOnlyMemory<byte> Bundle, string Algorithm, string? Task)
{
    private const string AlgorithmKey = "algorithm";
    private const string TaskKey = "task";

    /// <summary>Writes a bundle with the name of its task.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="task">The task's name.</param>
    public static void Save(string path, ReadOnlyMemory<byte> bundle, string task)
    {
        var document = SafetensorsDocument.Parse(bundle, "policy bundle");
        var file = new SafetensorsBuilder();
        foreach (var (key, value) in document.Metadata)
        {
            file.Metadata[key] = value;
        }

        file.Metadata[TaskKey] = task;
        foreach (var tensor in document.Tensors)
        {
            file.Add(tensor.Name, tensor.ElementType, tensor.Shape.AsSpan(), tensor.Data);
        }

        WholeFile.Replace(path, file.WriteTo);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="SafetensorsFormatException">The file is damaged, or no policy; the message says what is wrong.</exception>
    public static PolicyFile Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var metadata = SafetensorsDocument.Parse(bytes, path).Metadata;
        return metadata.TryGetValue(AlgorithmKey, out var algorithm)
            ? new PolicyFile(bytes, algorithm, metadata.GetValueOrDefault(TaskKey))
            : throw new SafetensorsFormatException(path, $"expected a policy, whose metadata name the '{AlgorithmKey}', but got a file without it.");
    }
}
