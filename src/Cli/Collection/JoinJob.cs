using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MemoryRL.Core;
using MemoryRL.Datasets;

namespace MemoryRL.Cli;

/// <summary>Makes the file of a data set that is others one behind the other, as D4RL's medium-expert is.</summary>
/// <param name="terminal">Where to write.</param>
/// <param name="sources">The files that it is joined of, complete.</param>
/// <param name="path">The file.</param>
internal sealed class JoinJob(Terminal terminal, ImmutableArray<string> sources, string path)
{
    /// <summary>Makes the file unless it is there.</summary>
    /// <param name="cancellationToken">Stops in order; nothing is left then.</param>
    /// <exception cref="UsageException">The file is there, but of another recipe.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var readers = new List<D4rlReader>();
        try
        {
            var spec = CommonSpec();
            readers.AddRange(sources.Select(source => D4rlFile.Open(source, new D4rlReaderOptions { Spec = spec })));
            var recipe = new JsonObject { ["joins"] = new JsonArray([.. readers.Select(reader => JsonNode.Parse(reader.Metadata[DatasetFile.RecipeKey]))]) }.ToJsonString();
            if (CollectionJob.IsComplete(path, recipe))
            {
                terminal.WriteLine($"{name}: complete already, {path}");
                return;
            }

            var metadata = DatasetFile.Describe(readers[0].Metadata[DatasetFile.TaskKey], recipe, Policies(readers), string.Join(",", readers.Select(reader => reader.Metadata[DatasetFile.SeedKey])));
            DatasetFile.Write(path, spec, metadata, readers.SelectMany(reader => reader.ReadEpisodes()), cancellationToken);
            terminal.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {readers.Sum(reader => reader.StepCount):#,0} steps in {path}"));
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }
    }

    // Log-probabilities are kept of sampled actions only, so one half may have a column that the other lacks.
    private ExperienceSpec CommonSpec()
    {
        ExperienceSpec? common = null;
        foreach (var source in sources)
        {
            using var reader = D4rlFile.Open(source);
            common = common is null ? reader.Spec : common with { ExtraColumns = [.. common.ExtraColumns.Where(reader.Spec.ExtraColumns.Contains)] };
        }

        return common!;
    }

    private static string Policies(IEnumerable<D4rlReader> readers) =>
        new JsonArray([.. readers.SelectMany(reader => JsonNode.Parse(reader.Metadata[DatasetFile.PoliciesKey])!.AsArray()).Select(policy => policy!.DeepClone())]).ToJsonString();
}
