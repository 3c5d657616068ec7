using MemoryRL.Core;
using MemoryRL.Datasets;

namespace MemoryRL.Client;

/// <summary>
/// A collection that is kept on disk in parts of whole pieces until it is complete: a program that dies at any moment loses less than a part,
/// and the same collection opened again goes on and comes to the same data as one that was never interrupted.
/// </summary>
/// <remarks>
/// The folder holds the recipe as text and Safetensors episode files whose names say which pieces they hold; each is written whole or not at
/// all. One process at a time. The layout is our choice.
/// </remarks>
public sealed class PartedCollection : IDisposable
{
    private const string RecipeName = "recipe.json";
    private const string LockName = "lock";
    private const string AgentId = "collector";
    private const long DefaultStepsPerPart = 50_000;

    private readonly string _folder;
    private readonly IReadOnlyList<CollectionPhase> _phases;
    private readonly FileStream _lock;
    private readonly long _stepsPerPart;
    private CollectionPosition _position;

    private PartedCollection(string folder, IReadOnlyList<CollectionPhase> phases, long stepsPerPart, FileStream gate, CollectionPosition position)
    {
        _stepsPerPart = stepsPerPart;
        _folder = folder;
        _phases = phases;
        _lock = gate;
        _position = position;
    }

    /// <summary>Gets the number of steps collected so far.</summary>
    public long Steps => _position.Steps;

    /// <summary>Gets the number of steps wanted.</summary>
    public long TotalSteps => _phases[^1].EndStep;

    /// <summary>Gets whether everything is collected.</summary>
    public bool IsComplete => _position.Phase == _phases.Count;

    /// <summary>Gets what a step is made of.</summary>
    public ExperienceSpec Spec => _phases[0].Source.Spec;

    /// <summary>Begins a collection, or opens one to go on with.</summary>
    /// <param name="folder">The folder of the parts; made where it is not there.</param>
    /// <param name="recipe">What is collected, as text that differs where the data would.</param>
    /// <param name="phases">What is played, at least 1 phase; of one spec, with rising ends.</param>
    /// <param name="stepsPerPart">After how many steps a part is written, at least 1; it ends with the piece that passes them.</param>
    /// <returns>The collection.</returns>
    /// <exception cref="InvalidExperienceException">The phases are not allowed, the folder holds another recipe's parts, or a part is missing.</exception>
    /// <exception cref="IOException">Another process has the folder, or it cannot be written.</exception>
    public static PartedCollection Open(string folder, string recipe, IReadOnlyList<CollectionPhase> phases, long stepsPerPart = DefaultStepsPerPart)
    {
        ArgumentNullException.ThrowIfNull(phases);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerPart, 1);
        Check(phases);
        Directory.CreateDirectory(folder);
        var gate = Lock(folder);
        try
        {
            CheckRecipe(folder, recipe);
            foreach (var temporary in Directory.EnumerateFiles(folder, "*.tmp"))
            {
                File.Delete(temporary);
            }

            return new PartedCollection(folder, phases, stepsPerPart, gate, CollectionPosition.After(Parts(folder), phases, folder));
        }
        catch
        {
            gate.Dispose();
            throw;
        }
    }

    /// <summary>Collects what is missing, on the calling thread and others.</summary>
    /// <param name="threads">The number of threads that play, at least 1; it changes the time, never the result.</param>
    /// <param name="report">Told after each piece, on the calling thread; null for nobody.</param>
    /// <param name="cancellationToken">Ends the collection between two pieces; what was collected is kept.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Run(int threads, Action<CollectionProgress>? report = null, CancellationToken cancellationToken = default)
    {
        var counts = new RunCounts(TimeProvider.System.GetTimestamp());
        while (!IsComplete)
        {
            var phase = _phases[_position.Phase];
            var sink = new PartSink(this, phase.Name, counts, report);
            var options = new CollectorOptions { Steps = phase.EndStep - Steps, MaxSteps = TotalSteps - Steps, FirstPiece = _position.Piece, ThreadCount = threads };
            try
            {
                _ = Collector.Run(phase.Source, sink, options, cancellationToken);
            }
            finally
            {
                sink.Flush();
            }
        }
    }

    /// <summary>Reads what was collected, one part in memory at a time.</summary>
    /// <returns>The episodes in order.</returns>
    /// <exception cref="SafetensorsFormatException">A part is damaged.</exception>
    /// <exception cref="InvalidExperienceException">A part does not hold what its name says.</exception>
    public IEnumerable<Episode> ReadEpisodes()
    {
        foreach (var part in Parts(_folder))
        {
            var path = Path.Combine(_folder, part.FileName);
            var contents = EpisodeFile.Load(path);
            var steps = contents.Episodes.Sum(episode => (long)episode.Episode.Length);
            InvalidExperienceException.ThrowUnless(steps == part.Steps, "collection.part", $"{part.Steps} steps in '{path}'", steps);
            InvalidExperienceException.ThrowUnless(contents.Spec.Equals(Spec), "collection.part", $"the collection's spec in '{path}'", "another");
            foreach (var episode in contents.Episodes)
            {
                yield return episode.Episode;
            }
        }
    }

    /// <summary>Deletes the folder, once its data are elsewhere.</summary>
    public void Delete()
    {
        _lock.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static void Check(IReadOnlyList<CollectionPhase> phases)
    {
        InvalidExperienceException.ThrowUnless(phases.Count is >= 1 and <= 1000, "collection.phases", "1 to 1000 phases", phases.Count);
        for (var i = 0; i < phases.Count; i++)
        {
            InvalidExperienceException.ThrowUnless(phases[i].Source.Spec.Equals(phases[0].Source.Spec), $"collection.phases[{i}].spec", "the first phase's spec", "another");
            var before = i == 0 ? 0 : phases[i - 1].EndStep;
            InvalidExperienceException.ThrowUnless(phases[i].EndStep > before, $"collection.phases[{i}].end_step", $"more than {before} steps", phases[i].EndStep);
        }
    }

    private static FileStream Lock(string folder)
    {
        var path = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new IOException($"Another process is collecting into '{folder}': {error.Message}", error);
        }
    }

    private static void CheckRecipe(string folder, string recipe)
    {
        var path = Path.Combine(folder, RecipeName);
        if (!File.Exists(path))
        {
            var temporary = path + ".tmp";
            File.WriteAllText(temporary, recipe);
            File.Move(temporary, path, overwrite: true);
            return;
        }

        var known = File.ReadAllText(path);
        InvalidExperienceException.ThrowUnless(known == recipe, "collection.recipe", $"the recipe that '{folder}' was begun with, {known} (delete the folder to begin anew),", recipe);
    }

    private static List<CollectionPart> Parts(string folder) =>
        [.. Directory.EnumerateFiles(folder, CollectionPart.Pattern).Select(CollectionPart.Parse).OrderBy(part => part.Phase).ThenBy(part => part.FirstPiece)];

    /// <summary>What this run has done so far, over its phases.</summary>
    private sealed class RunCounts(long started)
    {
        public long Episodes { get; set; }

        public long Steps { get; set; }

        public double Returns { get; set; }

        public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(started);
    }

    /// <summary>Gathers pieces until they make a part.</summary>
    private sealed class PartSink(PartedCollection collection, string phase, RunCounts counts, Action<CollectionProgress>? report) : ICollectionSink
    {
        private readonly List<AgentEpisode> _episodes = [];
        private long _steps;
        private long _nextPiece;

        public void Write(CollectedPiece piece)
        {
            foreach (var episode in piece.Episodes)
            {
                _episodes.Add(new AgentEpisode(episode, AgentId, EpisodeOutcome.Undecided));
                _steps += episode.Length;
                counts.Steps += episode.Length;
                counts.Returns += episode.Return;
                counts.Episodes++;
            }

            _nextPiece = piece.Number + 1;
            var steps = collection.Steps + _steps;
            if (_steps >= collection._stepsPerPart)
            {
                Flush();
            }

            report?.Invoke(new CollectionProgress(phase, steps, collection.TotalSteps, counts.Episodes, counts.Steps, counts.Returns / counts.Episodes, counts.Elapsed));
        }

        public void Flush()
        {
            if (_episodes.Count == 0)
            {
                return;
            }

            var position = collection._position;
            var part = new CollectionPart(position.Phase, position.Piece, _nextPiece, _steps);
            EpisodeFile.Save(Path.Combine(collection._folder, part.FileName), collection.Spec, _episodes);
            collection._position = position.Add(_nextPiece, _steps, collection._phases);
            _episodes.Clear();
            _steps = 0;
        }
    }
}
