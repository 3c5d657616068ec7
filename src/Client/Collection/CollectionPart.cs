using System.Globalization;
using MemoryRL.Core;

namespace MemoryRL.Client;

/// <summary>A file of whole pieces. Its name says which, so that a folder of parts is its own index.</summary>
/// <param name="Phase">The phase's number, from 0.</param>
/// <param name="FirstPiece">The first piece.</param>
/// <param name="NextPiece">The piece after the last.</param>
/// <param name="Steps">The steps of its episodes.</param>
internal readonly record struct CollectionPart(int Phase, long FirstPiece, long NextPiece, long Steps)
{
    private const string Prefix = "part";
    private const string Extension = ".safetensors";

    /// <summary>The pattern of parts' names.</summary>
    public const string Pattern = Prefix + "-*" + Extension;

    /// <summary>Gets the file's name.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Phase:D3}-{FirstPiece:D9}-{NextPiece:D9}-{Steps:D9}{Extension}");

    /// <summary>Reads a file's name.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The part.</returns>
    /// <exception cref="InvalidExperienceException">The name is not one that <see cref="FileName"/> gives.</exception>
    public static CollectionPart Parse(string path)
    {
        var name = Path.GetFileName(path);
        var fields = Path.GetFileNameWithoutExtension(name).Split('-');
        if (fields.Length == 5
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var phase)
            && long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var next)
            && long.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var steps)
            && new CollectionPart(phase, first, next, steps) is var part && part.FileName == name)
        {
            return part;
        }

        throw new InvalidExperienceException("collection.part", $"a name like {default(CollectionPart).FileName}", path);
    }
}
