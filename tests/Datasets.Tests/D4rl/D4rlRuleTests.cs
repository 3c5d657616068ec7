using System.Runtime.InteropServices;
using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Datasets.Tests;

/// <summary>
/// Which rows become steps, and with which next observation, against a reading of D4RL's two functions row by row: rows of random ends, so that
/// every neighborhood of terminal, timeout and the file's last row comes up.
/// </summary>
public sealed class D4rlRuleTests : IDisposable
{
    private static readonly ExperienceSpec Spec = new(new BoxSpace(1), new BoxSpace(1));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Hdf5Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Transitions_are_those_of_qlearning_dataset(bool hasNext)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var rows = Rows.Random(seed, hasNext);
            using var reader = D4rlFile.Open(rows.Save(_folder[$"{seed}.hdf5"]), new D4rlReaderOptions { Spec = Spec, Rule = D4rlRule.Transitions });
            var expected = new List<(int, int, bool)>();
            for (var i = 0; i < rows.Count - 1; i++)
            {
                if (!rows.Timeouts[i])
                {
                    // After a terminal row D4RL gives another episode's observation; nobody may read it, and ours repeats the row's.
                    expected.Add((i, rows.Terminals[i] ? i : i + 1, rows.Terminals[i]));
                }
            }

            Assert.Equal(expected, Transitions(reader));
        }
    }

    [Hdf5Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sequences_are_those_of_sequence_dataset(bool hasNext)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var rows = Rows.Random(seed, hasNext);
            using var reader = D4rlFile.Open(rows.Save(_folder[$"{seed}.hdf5"]), new D4rlReaderOptions { Spec = Spec });
            var lastEnd = Enumerable.Range(0, rows.Count).LastOrDefault(rows.Ends, -1);
            var expected = new List<(int, int, bool)>();
            for (var i = 0; i <= lastEnd; i++)
            {
                var next = !rows.Ends(i) ? i + 1 : hasNext ? i + Rows.NextOffset : i;
                expected.Add((i, next, rows.Terminals[i]));
            }

            Assert.Equal(expected, Transitions(reader));
            var ends = Enumerable.Range(0, rows.Count).Where(rows.Ends).Select(i => rows.Terminals[i] ? EpisodeEnd.Terminated : EpisodeEnd.Truncated);
            Assert.Equal(ends, reader.ReadEpisodes().Select(episode => episode.End));
        }
    }

    [Hdf5Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Known_steps_are_all_those_whose_next_observation_the_file_has(bool hasNext)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var rows = Rows.Random(seed, hasNext);
            var path = rows.Save(_folder[$"{seed}.hdf5"]);
            using var known = D4rlFile.Open(path, new D4rlReaderOptions { Spec = Spec, Rule = D4rlRule.Known });
            using var same = D4rlFile.Open(path, new D4rlReaderOptions { Spec = Spec, Rule = hasNext ? D4rlRule.Sequences : D4rlRule.Transitions });

            Assert.Equal(Transitions(same), Transitions(known));
            Assert.DoesNotContain(Transitions(known), step => step.Next == step.Row && !step.Terminated);
        }
    }

    // Observation i is the number i, so that a transition says which rows it was made of.
    private static List<(int Row, int Next, bool Terminated)> Transitions(D4rlReader reader)
    {
        var found = new List<(int, int, bool)>();
        foreach (var episode in reader.ReadEpisodes())
        {
            var observations = MemoryMarshal.Cast<byte, float>(episode.Observations);
            for (var step = 0; step < episode.Length; step++)
            {
                Assert.Equal(observations[step] * 2, episode.Rewards[step]);
                Assert.Equal(observations[step] * 3, MemoryMarshal.Cast<byte, float>(episode.Actions)[step]);
                found.Add(((int)observations[step], (int)observations[step + 1], step == episode.Length - 1 && episode.End == EpisodeEnd.Terminated));
            }
        }

        return found;
    }

    private sealed record Rows(bool[] Terminals, bool[] Timeouts, bool HasNext)
    {
        // What the column says comes next, where it is asked.
        public const int NextOffset = 1000;

        public int Count => Terminals.Length;

        public static Rows Random(int seed, bool hasNext)
        {
            var random = new RandomStream((ulong)seed);
            var count = 1 + random.NextInt32(12);
            var (terminals, timeouts) = (new bool[count], new bool[count]);
            for (var i = 0; i < count; i++)
            {
                (terminals[i], timeouts[i]) = (random.NextInt32(4) == 0, random.NextInt32(4) == 0);
            }

            return new Rows(terminals, timeouts, hasNext);
        }

        public bool Ends(int row) => Terminals[row] || Timeouts[row];

        public string Save(string path)
        {
            var numbers = Enumerable.Range(0, Count).Select(i => (float)i).ToArray();
            using var writer = new Hdf5Writer(path);
            Write(writer, "observations", numbers, [1]);
            Write(writer, "actions", [.. numbers.Select(value => value * 3)], [1]);
            Write(writer, "rewards", [.. numbers.Select(value => value * 2)], []);
            Write(writer, "terminals", Terminals, []);
            Write(writer, "timeouts", Timeouts, []);
            if (HasNext)
            {
                Write(writer, "next_observations", [.. numbers.Select(value => value + NextOffset)], [1]);
            }

            writer.Close();
            return path;
        }

        private static void Write<T>(Hdf5Writer writer, string place, T[] values, int[] rowShape)
            where T : unmanaged
        {
            using var column = writer.CreateColumn(place, ElementTypes.Of<T>(), [.. rowShape], new Hdf5ColumnOptions(4));
            column.Append(MemoryMarshal.AsBytes<T>(values));
            column.Complete();
        }
    }
}
