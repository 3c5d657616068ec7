using System.Globalization;

namespace MemoryRL.Datasets;

/// <summary>A data file is damaged, lacks something or contradicts itself. The message names the file, the dataset in it and, where one is at fault, the row.</summary>
public sealed class DatasetFormatException : FormatException
{
    /// <summary>Initializes the error.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dataset">The dataset, group or field in the file, such as <c>infos/qpos</c>; null where the whole file is meant.</param>
    /// <param name="row">The row of the dataset, from 0; null where no single one is meant.</param>
    /// <param name="fault">What was expected and what came.</param>
    /// <param name="cause">What was thrown underneath; null for none.</param>
    public DatasetFormatException(string file, string? dataset, long? row, string fault, Exception? cause = null)
        : base(Describe(file, dataset, row, fault), cause)
    {
        File = file;
        Dataset = dataset;
        Row = row;
        Fault = fault;
    }

    /// <summary>Gets the file.</summary>
    public string File { get; }

    /// <summary>Gets the dataset, group or field in the file; null where the whole file is meant.</summary>
    public string? Dataset { get; }

    /// <summary>Gets the row of the dataset, from 0; null where no single one is meant.</summary>
    public long? Row { get; }

    /// <summary>Gets what was expected and what came.</summary>
    public string Fault { get; }

    private static string Describe(string file, string? dataset, long? row, string fault)
    {
        var place = dataset is null ? "" : row is { } number ? string.Create(CultureInfo.InvariantCulture, $"'{dataset}', row {number}: ") : $"'{dataset}': ";
        return $"{file}: {place}{fault}";
    }
}
