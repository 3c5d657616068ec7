using System.Text.Json;

namespace MemoryRL.Cli;

/// <summary>What a PyTorch process says of itself.</summary>
/// <param name="Version">PyTorch's version.</param>
/// <param name="Threads">Threads that one operation may use.</param>
/// <param name="Libraries">The paths of the loaded libraries that hold BLAS's routines.</param>
/// <param name="BuiltWith">The BLAS that PyTorch was built with: <c>mkl</c>, <c>open</c>, <c>accelerate</c>; <c>generic</c> is whichever the system's linker finds.</param>
internal sealed record TorchIdentity(string Version, int Threads, IReadOnlyList<string> Libraries, string BuiltWith)
{
    private const string BuildInformationKey = "BLAS_INFO=";

    private static readonly string[] Fast = ["openblas", "mkl", "blis", "atlas"];

    // These are part of PyTorch itself: what else is loaded (NumPy's, say) doesn't compute its products.
    private static readonly Dictionary<string, string> Inside = new(StringComparer.Ordinal) { ["mkl"] = "MKL", ["accelerate"] = "Accelerate" };

    /// <summary>Gets the name of the BLAS that computes its products.</summary>
    public string Blas =>
        Inside.TryGetValue(BuiltWith, out var inside) ? inside
        : ReferenceLibrary is { } reference ? $"reference BLAS ({reference})"
        : FastLibrary is { } path ? Path.GetFileName(path)
        : "an unknown BLAS";

    /// <summary>Gets whether its products are worth comparing with: reference BLAS is ten to twenty times slower than what users have.</summary>
    /// <remarks>A fast library beside the reference one proves nothing: NumPy's wheels bring an OpenBLAS of their own.</remarks>
    public bool IsComparable => Inside.ContainsKey(BuiltWith) || (ReferenceLibrary is null && FastLibrary is not null);

    private string? ReferenceLibrary => Libraries.FirstOrDefault(static path => !IsFast(path) && Path.GetFileName(path).StartsWith("libblas", StringComparison.OrdinalIgnoreCase));

    // Debian's OpenBLAS is found by its folder: the file itself is called libblas.so.3.
    private string? FastLibrary => Libraries.Where(IsFast).MaxBy(static path => IsFast(Path.GetFileName(path)));

    /// <summary>Reads the answer to "hello".</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>What it says.</returns>
    public static TorchIdentity Parse(JsonElement answer)
    {
        var config = answer.GetProperty("config").GetString()!;
        var start = config.IndexOf(BuildInformationKey, StringComparison.Ordinal);
        return new TorchIdentity(
            answer.GetProperty("torch").GetString()!,
            answer.GetProperty("threads").GetInt32(),
            [.. answer.GetProperty("blas").EnumerateArray().Select(static path => path.GetString()!)],
            start < 0 ? string.Empty : new string([.. config[(start + BuildInformationKey.Length)..].TakeWhile(char.IsAsciiLetterOrDigit)]));
    }

    private static bool IsFast(string path) => Fast.Any(name => path.Contains(name, StringComparison.OrdinalIgnoreCase));
}
