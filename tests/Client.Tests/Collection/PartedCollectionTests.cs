using MemoryRL.Core;

namespace MemoryRL.Client.Tests;

public sealed class PartedCollectionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("memoryrl-collection-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(137)]
    [InlineData(2900)]
    public void A_collection_that_is_stopped_again_and_again_comes_to_the_same_data(int stepsBetweenStops)
    {
        var expected = Whole();
        var stops = 0;
        while (true)
        {
            // Small parts, so that stops fall before, between and after them.
            using var collection = PartedCollection.Open(Folder("stopped"), "recipe", Phases(), stepsPerPart: 300);
            using var stop = new CancellationTokenSource();
            try
            {
                collection.Run(1 + (stops % 3), progress => StopAt(progress, stepsBetweenStops, stop), stop.Token);
                Assert.True(collection.IsComplete);
                Assert.Equal(expected, Fingerprints(collection));
                break;
            }
            catch (OperationCanceledException)
            {
                stops++;
            }
        }

        Assert.True(stops >= Math.Max(1, (3000 / stepsBetweenStops / 40) - 2), $"It was stopped {stops} times.");

        static void StopAt(CollectionProgress progress, int steps, CancellationTokenSource stop)
        {
            if (progress.StepsHere >= steps)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void Phases_end_with_whole_episodes_and_the_last_one_is_cut()
    {
        using var collection = PartedCollection.Open(Folder("phases"), "recipe", Phases());
        collection.Run(2);
        var ends = new List<long>();
        var episodes = collection.ReadEpisodes().ToList();
        Assert.Equal(3000, episodes.Sum(episode => episode.Length));
        Assert.Equal(3000, collection.Steps);
        var steps = 0L;
        foreach (var episode in episodes)
        {
            steps += episode.Length;
            ends.Add(steps);
        }

        // The second phase starts with its own first episode right after the first episode that passes 1000.
        var second = new ListSink();
        _ = Collector.Run(Phases()[1].Source, second, new CollectorOptions { Steps = 1 });
        var first = ends.FindIndex(end => end >= 1000) + 1;
        Assert.Equal(second.Episodes[0].Id, episodes[first].Id);
    }

    [Fact]
    public void A_part_that_is_missing_or_damaged_is_named()
    {
        using (var collection = PartedCollection.Open(Folder("damaged"), "recipe", Phases(), stepsPerPart: 300))
        {
            collection.Run(2);
        }

        var parts = Directory.GetFiles(Folder("damaged"), "part-*").Order(StringComparer.Ordinal).ToArray();
        var bytes = File.ReadAllBytes(parts[1]);
        File.WriteAllBytes(parts[1], bytes[..^7]);
        using (var collection = PartedCollection.Open(Folder("damaged"), "recipe", Phases()))
        {
            Assert.Contains(Path.GetFileName(parts[1]), Assert.Throws<SafetensorsFormatException>(() => collection.ReadEpisodes().Count()).Message, StringComparison.Ordinal);
        }

        File.Delete(parts[1]);
        Assert.Contains(Path.GetFileName(parts[2]), Assert.Throws<InvalidExperienceException>(() => PartedCollection.Open(Folder("damaged"), "recipe", Phases())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_recipe_and_another_process_are_refused()
    {
        using (PartedCollection.Open(Folder("taken"), "recipe one", Phases()))
        {
            Assert.Contains("Another process", Assert.Throws<IOException>(() => PartedCollection.Open(Folder("taken"), "recipe one", Phases())).Message, StringComparison.Ordinal);
        }

        var error = Assert.Throws<InvalidExperienceException>(() => PartedCollection.Open(Folder("taken"), "recipe two", Phases()));
        Assert.Equal("collection.recipe", error.Field);
        Assert.Contains("recipe one", error.Message, StringComparison.Ordinal);
        using var again = PartedCollection.Open(Folder("taken"), "recipe one", Phases());
        again.Delete();
        Assert.False(Directory.Exists(Folder("taken")));
    }

    [Fact]
    public void Progress_says_how_far_and_how_fast()
    {
        using var collection = PartedCollection.Open(Folder("progress"), "recipe", Phases(), stepsPerPart: 300);
        var reports = new List<CollectionProgress>();
        collection.Run(2, reports.Add);
        Assert.Equal(3000, reports[^1].Steps);
        Assert.Equal(reports.Count, reports[^1].Episodes);
        Assert.Equal(["one", "two", "three"], reports.Select(report => report.Phase).Distinct());
        Assert.Equal(collection.ReadEpisodes().Average(episode => episode.Return), reports[^1].MeanReturn, 1e-9);
        Assert.All(reports.Zip(reports.Skip(1)), pair => Assert.True(pair.First.Steps < pair.Second.Steps));
    }

    private static List<CollectionPhase> Phases() =>
    [
        new("one", Source(0, 0), 1000),
        new("two", Source(1, 0.1), 1500),
        new("three", Source(2, 0.5), 3000),
    ];

    private static PolicyPieces Source(int family, double noise) => new(() => new LineTask(), () => new LinePolicy(), new PolicyPieceOptions { Seed = 8, Family = family, Noise = noise, EnvironmentsPerThread = 3 });

    private static List<string> Fingerprints(PartedCollection collection) =>
        [.. collection.ReadEpisodes().Select(episode => $"{episode.Id} {episode.End} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(episode.Data.Span))}")];

    private string Folder(string name) => Path.Combine(_folder.FullName, name);

    private List<string> Whole()
    {
        using var collection = PartedCollection.Open(Folder("whole"), "recipe", Phases());
        collection.Run(2);
        return Fingerprints(collection);
    }
}
