using System.Security.Cryptography;
using System.Text;

namespace MemoryRL.Grains;

/// <summary>Every path that the file provider writes: one folder a grain type, one file a state.</summary>
/// <param name="root">The storage folder.</param>
internal sealed class StateFileNames(string root)
{
    /// <summary>What a file ends with that a write left behind when its process died.</summary>
    public const string TemporaryExtension = ".tmp";

    private const string Extension = ".safetensors";

    // File systems allow 255 bytes; the temporary extension must still fit.
    private const int MaxNameLength = 220;

    /// <summary>Gets the storage folder.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>Gets the file by which a process holds the folder.</summary>
    public string LockFile => Path.Combine(Root, ".lock");

    /// <summary>
    /// Gets the path of a state: <c>root/type/key.state.safetensors</c>, each part percent-encoded; a name too long for a file system is cut
    /// and told apart by its SHA-256.
    /// </summary>
    /// <param name="stateName">The state's name in its grain.</param>
    /// <param name="grainId">The grain.</param>
    /// <returns>The path.</returns>
    public string PathOf(string stateName, GrainId grainId)
    {
        var name = $"{Encode(grainId.Key.ToString())}.{Encode(stateName)}";
        if (name.Length > MaxNameLength - Extension.Length)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
            name = $"{name.AsSpan(0, MaxNameLength - Extension.Length - hash.Length - 1)}~{hash}";
        }

        return Path.Combine(Root, Encode(grainId.Type.ToString()), name + Extension);
    }

    /// <summary>Gets the path under which a state is written before it takes its name.</summary>
    /// <param name="path">The state's path.</param>
    /// <returns>The path of the temporary file, in the same folder.</returns>
    public static string TemporaryPathOf(string path) => path + TemporaryExtension;

    // A leading dot would hide the file or name a folder above; a dot inside would blur where the state's name begins.
    private static string Encode(string? segment) => Uri.EscapeDataString(segment ?? string.Empty).Replace(".", "%2E", StringComparison.Ordinal);
}
