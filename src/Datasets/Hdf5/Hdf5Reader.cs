using System.Text;

namespace MemoryRL.Datasets;

/// <summary>An HDF5 file open for reading.</summary>
internal sealed class Hdf5Reader : IDisposable
{
    private const int KindGroup = 2;
    private const int KindDataset = 5;
    private const int ByName = 0;
    private const int Increasing = 0;
    private const int MaxLinks = 1 << 20;

    private readonly Hdf5Handle _file;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="DatasetFormatException">It is no HDF5 file, or damaged.</exception>
    /// <exception cref="Hdf5UnavailableException">There is no HDF5 library here.</exception>
    public Hdf5Reader(string path)
    {
        Path = path;

        // The system's own error where the file is missing or forbidden; HDF5's says the same in more words.
        using (var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            Length = probe.Length;
        }

        using var library = Hdf5Library.Enter();
        using var access = Hdf5Library.CreateFileAccess(path);
        _file = Hdf5Errors.Opened(Hdf5Native.OpenFile(path, Hdf5Native.OpenReadOnly, access.Id), path, null, "it cannot be opened as an HDF5 file");
    }

    /// <summary>Gets the file.</summary>
    public string Path { get; }

    /// <summary>Gets the bytes of the file.</summary>
    public long Length { get; }

    /// <summary>Says what is at a place.</summary>
    /// <param name="place">A path such as <c>infos/qpos</c>.</param>
    /// <returns>What is there.</returns>
    /// <exception cref="DatasetFormatException">The file is damaged there.</exception>
    public Hdf5Entry Find(string place)
    {
        using var library = Hdf5Library.Enter();
        for (var end = place.IndexOf('/', StringComparison.Ordinal); ; end = place.IndexOf('/', end + 1))
        {
            var prefix = end < 0 ? place : place[..end];
            if (Hdf5Errors.CheckRead(Hdf5Native.LinkExists(_file.Id, prefix, Hdf5Native.DefaultProperties), Path, prefix, "it cannot be looked up") == 0)
            {
                return Hdf5Entry.Nothing;
            }

            if (end < 0)
            {
                break;
            }
        }

        using var entry = Open(place);
        return Hdf5Native.KindOf(entry.Id) switch
        {
            KindGroup => Hdf5Entry.Group,
            KindDataset => Hdf5Entry.Dataset,
            _ => Hdf5Entry.Other,
        };
    }

    /// <summary>Lists a group.</summary>
    /// <param name="group">The group's path; <c>/</c> for the file's root.</param>
    /// <returns>The names in it, in order.</returns>
    /// <exception cref="DatasetFormatException">The group is missing or damaged.</exception>
    public unsafe List<string> List(string group)
    {
        using var library = Hdf5Library.Enter();
        using var handle = Open(group);
        _ = Hdf5Errors.CheckRead(Hdf5Native.GetGroupInfo(handle.Id, out var info), Path, group, "it cannot be listed");
        if (info.LinkCount > MaxLinks)
        {
            throw new DatasetFormatException(Path, group, null, $"expected at most {MaxLinks} entries but got {info.LinkCount}.");
        }

        var names = new List<string>((int)info.LinkCount);
        for (var i = 0UL; i < info.LinkCount; i++)
        {
            var length = Hdf5Errors.CheckRead(Hdf5Native.GetLinkName(handle.Id, ".", ByName, Increasing, i, null, 0, Hdf5Native.DefaultProperties), Path, group, "it cannot be listed");
            if (length > short.MaxValue)
            {
                throw new DatasetFormatException(Path, group, null, $"expected names of at most {short.MaxValue} bytes but got one of {length}.");
            }

            var name = new byte[length + 1];
            fixed (byte* first = name)
            {
                _ = Hdf5Errors.CheckRead(
                    Hdf5Native.GetLinkName(handle.Id, ".", ByName, Increasing, i, first, (nuint)name.Length, Hdf5Native.DefaultProperties), Path, group, "it cannot be listed");
            }

            names.Add(Encoding.UTF8.GetString(name.AsSpan(0, (int)length)));
        }

        return names;
    }

    /// <summary>Opens a dataset.</summary>
    /// <param name="place">Its path.</param>
    /// <returns>The dataset.</returns>
    /// <exception cref="DatasetFormatException">It is missing, damaged or something else.</exception>
    public Hdf5Dataset OpenDataset(string place)
    {
        var entry = Find(place);
        if (entry != Hdf5Entry.Dataset)
        {
            throw new DatasetFormatException(Path, place, null, $"expected a dataset but got {(entry == Hdf5Entry.Nothing ? "nothing" : $"a {entry.ToString().ToLowerInvariant()}")}.");
        }

        using var library = Hdf5Library.Enter();
        var handle = Open(place);
        try
        {
            return new Hdf5Dataset(this, place, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole number kept as an attribute.</summary>
    /// <param name="place">The path of the group or dataset that has it.</param>
    /// <param name="name">The attribute's name.</param>
    /// <returns>The number; null where there is no such attribute.</returns>
    /// <exception cref="DatasetFormatException">The attribute is no whole number.</exception>
    public unsafe long? ReadWholeAttribute(string place, string name)
    {
        using var library = Hdf5Library.Enter();
        using var owner = Open(place);
        if (Hdf5Errors.CheckRead(Hdf5Native.AttributeExists(owner.Id, name), Path, place, $"attribute '{name}' cannot be looked up") == 0)
        {
            return null;
        }

        var fault = $"attribute '{name}' cannot be read";
        using var attribute = Hdf5Errors.Opened(Hdf5Native.OpenAttribute(owner.Id, name, Hdf5Native.DefaultProperties), Path, place, fault);
        using var type = Hdf5Errors.Opened(Hdf5Native.GetAttributeType(attribute.Id), Path, place, fault);
        using var space = Hdf5Errors.Opened(Hdf5Native.GetAttributeSpace(attribute.Id), Path, place, fault);
        if (!Hdf5Type.Recognize(type.Id).IsWhole || Hdf5Native.GetRank(space.Id) != 0)
        {
            throw new DatasetFormatException(Path, place, null, $"expected attribute '{name}' to be one whole number but got {Hdf5Type.Recognize(type.Id)}.");
        }

        var value = 0L;
        _ = Hdf5Errors.CheckRead(Hdf5Native.ReadAttribute(attribute.Id, Hdf5Library.Id("H5T_NATIVE_INT64_g"), &value), Path, place, fault);
        return value;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private Hdf5Handle Open(string place) => Hdf5Errors.Opened(Hdf5Native.OpenObject(_file.Id, place, Hdf5Native.DefaultProperties), Path, place, "it cannot be opened");
}

/// <summary>What is at a path of an HDF5 file.</summary>
internal enum Hdf5Entry
{
    /// <summary>Nothing.</summary>
    Nothing = 0,

    /// <summary>A group.</summary>
    Group = 1,

    /// <summary>A dataset.</summary>
    Dataset = 2,

    /// <summary>Something that we do not read.</summary>
    Other = 3,
}
