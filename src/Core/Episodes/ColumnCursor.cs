namespace MemoryRL.Core;

/// <summary>Lays columns one behind the other in a buffer, each at a multiple of 8 bytes.</summary>
/// <param name="field">The field that an overflow is blamed on.</param>
/// <param name="offset">Where the first column starts.</param>
internal struct ColumnCursor(string field, int offset = 0)
{
    /// <summary>Gets where the next column starts.</summary>
    public int Offset { get; private set; } = offset;

    /// <summary>Takes the next column.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="bytesPerRow">The number of bytes of a row.</param>
    /// <returns>The range of the column, without the padding behind it.</returns>
    public Range Take(int rows, int bytesPerRow)
    {
        var start = Offset;
        var end = start + ((long)rows * bytesPerRow);
        var padded = (end + 7) & ~7L;
        InvalidExperienceException.ThrowUnless(padded <= Array.MaxLength, field, "a buffer of at most 2 GiB", padded);
        Offset = (int)padded;
        return start..(int)end;
    }
}
