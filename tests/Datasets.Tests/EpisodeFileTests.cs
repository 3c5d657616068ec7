using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using MemoryRL.Core;

namespace MemoryRL.Datasets.Tests;

public sealed class EpisodeFileTests
{
    private static readonly ExperienceSpec Grid = new(new DiscreteSpace(104), new DiscreteSpace(4))
    {
        ExtraColumns = [ColumnSpec.BehaviorLogProbability, ColumnSpec.ActionSource],
    };

    private static readonly ExperienceSpec Continuous = new(
        new BoxSpace([3], [float.NegativeInfinity], [float.PositiveInfinity]),
        new BoxSpace([2], [-1, -2], [1, 2]))
    {
        ExtraColumns = [new ColumnSpec("goal", ElementType.Float32, [2])],
    };

    private static readonly ExperienceSpec Pictures = new(new BoxSpace([4, 5], [0], [255], ElementType.UInt8), new DiscreteSpace(2));

    public static TheoryData<string> Specs => ["grid", "continuous", "pictures"];

    [Theory]
    [MemberData(nameof(Specs))]
    public void Episodes_come_back_equal(string which)
    {
        var spec = SpecOf(which);
        var written = Episodes(spec, lengths: [1, 7, 2, 50, 3]);
        var read = EpisodeFile.Parse(EpisodeFile.ToArray(spec, written), "episodes");
        Assert.Equal(spec, read.Spec);
        AssertEqual(written, read.Episodes);
    }

    [Fact]
    public void A_file_without_episodes_comes_back_with_its_spec()
    {
        var read = EpisodeFile.Parse(EpisodeFile.ToArray(Grid, []), "episodes");
        Assert.Equal(Grid, read.Spec);
        Assert.Empty(read.Episodes);
    }

    [Fact]
    public void A_saved_file_replaces_the_one_before_and_leaves_nothing_else_behind()
    {
        var folder = Directory.CreateTempSubdirectory("memoryrl-episodes-");
        try
        {
            var path = Path.Combine(folder.FullName, "success.safetensors");
            EpisodeFile.Save(path, Grid, Episodes(Grid, [4]));
            var second = Episodes(Grid, [5, 6]);
            EpisodeFile.Save(path, Grid, second);
            AssertEqual(second, EpisodeFile.Load(path).Episodes);
            Assert.Equal([path], Directory.GetFileSystemEntries(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void An_episode_that_does_not_fit_is_refused_and_nothing_is_written()
    {
        var folder = Directory.CreateTempSubdirectory("memoryrl-episodes-");
        try
        {
            var path = Path.Combine(folder.FullName, "success.safetensors");
            var good = Episodes(Grid, [4])[0];
            AssertField("episodes[1].spec", good, Episodes(Pictures, [2])[0]);
            AssertField("episodes[1].agent_id", good, good with { AgentId = "" });
            AssertField("episodes[1].outcome", good, good with { Outcome = (EpisodeOutcome)9 });
            AssertField("episodes[1].id", good, good);
            Assert.Empty(Directory.GetFileSystemEntries(folder.FullName));

            void AssertField(string field, params AgentEpisode[] episodes) =>
                Assert.Equal(field, Assert.Throws<InvalidExperienceException>(() => EpisodeFile.Save(path, Grid, episodes)).Field);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("format", "\"other\"", "metadata 'format': expected 'memoryrl-episodes' but got 'other'.")]
    [InlineData("format_version", "\"2\"", "metadata 'format_version': expected '1' but got '2'.")]
    [InlineData("agent_ids", "\"[1\"", "metadata 'agent_ids':")]
    [InlineData("agent_ids", "\"[]\"", "agents[0]: expected a number below 0 but got 0.")]
    [InlineData("agent_ids", "\"[\\\"\\\",\\\"b\\\"]\"", "metadata 'agent_ids': expected a list of ids that are not empty.")]
    [InlineData("spec", "\"{}\"", "metadata 'spec':")]
    [InlineData("spec", "\"null\"", "metadata 'spec':")]
    [InlineData("spec", "null", "metadata 'spec'")]
    public void Damaged_metadata_are_refused_by_name(string key, string replacement, string fault)
    {
        var file = WithHeader(EpisodeFile.ToArray(Grid, Episodes(Grid, [3, 2])), header =>
        {
            var metadata = header["__metadata__"]!.AsObject();
            metadata.Remove(key);
            if (JsonNode.Parse(replacement) is { } value)
            {
                metadata.Add(key, value);
            }
        });
        AssertFault(file, fault);
    }

    [Theory]
    [InlineData("observations", "rewards")]
    [InlineData("actions", "rewards")]
    [InlineData("rewards", "lengths")]
    [InlineData("policy_versions", "rewards")]
    [InlineData("extra.action_source", "rewards")]
    [InlineData("lengths", "ids")]
    [InlineData("agents", "ends")]
    [InlineData("ends", "agents")]
    [InlineData("outcomes", "agents")]
    [InlineData("ids", "ends")]
    public void A_tensor_of_another_shape_is_refused_by_name(string name, string takenFor)
    {
        var file = WithHeader(EpisodeFile.ToArray(Grid, Episodes(Grid, [3, 2])), header =>
        {
            var (right, wrong) = (header[name]!.DeepClone(), header[takenFor]!.DeepClone());
            header[name] = wrong;
            header[takenFor] = right;
        });
        AssertFault(file, $"tensor '{name}': expected ", alternative: $"tensor '{takenFor}': expected ");
    }

    [Theory]
    [InlineData("observations")]
    [InlineData("rewards")]
    [InlineData("extra.behavior_log_probability")]
    [InlineData("outcomes")]
    public void A_missing_tensor_is_refused_by_name(string name)
    {
        var file = WithHeader(EpisodeFile.ToArray(Grid, Episodes(Grid, [3, 2])), header =>
        {
            var tensor = header[name]!.DeepClone();
            header.Remove(name);
            header["another"] = tensor;
        });
        AssertFault(file, $"'{name}'");
    }

    [Theory]
    [InlineData("ends", 1, 7, "episode 1: episode.end: expected Terminated or Truncated but got 7.")]
    [InlineData("outcomes", 1, 3, "outcomes[1]: expected 0, 1 or 2 but got 3.")]
    [InlineData("lengths", 4, 0, "lengths[1]: expected 1 or more steps but got 0.")]
    [InlineData("agents", 4, 9, "agents[1]: expected a number below 2 but got 9.")]
    [InlineData("actions", 12, 9, "episode 1: episode.actions")]
    [InlineData("observations", 16, 200, "episode 1: episode.observations")]
    public void A_value_that_is_not_allowed_is_refused_by_field_and_place(string tensor, int offset, byte value, string fault)
    {
        var bytes = EpisodeFile.ToArray(Grid, Episodes(Grid, [3, 2]));
        DataOf(bytes, tensor)[offset] = value;
        AssertFault(bytes, fault);
    }

    [Fact]
    public void A_reward_that_is_not_finite_is_refused()
    {
        var bytes = EpisodeFile.ToArray(Grid, Episodes(Grid, [3, 2]));
        BinaryPrimitives.WriteSingleLittleEndian(DataOf(bytes, "rewards")[16..], float.NaN);
        AssertFault(bytes, "episode 1: episode.rewards");
    }

    [Fact]
    public void Lengths_that_do_not_add_up_to_the_columns_are_refused()
    {
        var bytes = EpisodeFile.ToArray(Grid, Episodes(Grid, [3, 2]));
        DataOf(bytes, "lengths")[0] = 4;
        AssertFault(bytes, "tensor 'observations': expected Int32[8] but got Int32[7].");
        BinaryPrimitives.WriteInt32LittleEndian(DataOf(bytes, "lengths"), int.MaxValue);
        AssertFault(bytes, "tensor 'lengths': expected at most");
    }

    [Fact]
    public void The_same_id_twice_is_refused()
    {
        var bytes = EpisodeFile.ToArray(Grid, Episodes(Grid, [3, 2]));
        var ids = DataOf(bytes, "ids");
        ids[..16].CopyTo(ids[16..]);
        AssertFault(bytes, "ids[1]: expected every id once");
    }

    [Fact]
    public void Cutting_or_flipping_any_byte_never_gives_anything_but_episodes_or_the_typed_error()
    {
        var bytes = EpisodeFile.ToArray(Grid, Episodes(Grid, [2, 1]));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<SafetensorsFormatException>(() => EpisodeFile.Parse(bytes.AsMemory(0, length), "cut"));
        }

        var random = new RandomStream(9);
        for (var position = 0; position < bytes.Length; position++)
        {
            var damaged = bytes.ToArray();
            damaged[position] ^= (byte)(1 << random.NextInt32(8));
            try
            {
                Assert.Equal(2, EpisodeFile.Parse(damaged, "flipped").Episodes.Length);
            }
            catch (SafetensorsFormatException error)
            {
                Assert.StartsWith("flipped: ", error.Message, StringComparison.Ordinal);
            }
        }
    }

    private static ExperienceSpec SpecOf(string which) => which switch
    {
        "grid" => Grid,
        "continuous" => Continuous,
        _ => Pictures,
    };

    private static AgentEpisode[] Episodes(ExperienceSpec spec, int[] lengths)
    {
        var random = new RandomStream((ulong)lengths.Length, (ulong)spec.Observation.ByteCount);
        var episodes = new AgentEpisode[lengths.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            var length = lengths[i];
            var id = new Guid(i + 1, (short)length, 0, 1, 2, 3, 4, 5, 6, 7, 8);
            var episode = Episode.Create(
                spec,
                id,
                i % 2 == 0 ? EpisodeEnd.Terminated : EpisodeEnd.Truncated,
                Values(spec.Observation, length + 1, ref random),
                Values(spec.Action, length, ref random),
                Enumerable.Range(0, length).Select(step => step * 0.5f).ToArray(),
                Enumerable.Range(0, length).Select(step => (long)step / 3).ToArray(),
                spec.ExtraColumns.Select(column => (ReadOnlyMemory<byte>)Enumerable.Range(0, length * column.ByteCount).Select(n => (byte)(n % 3)).ToArray()).ToArray());
            episodes[i] = new AgentEpisode(episode, i % 3 == 0 ? "agent-ä" : "agent/1", (EpisodeOutcome)(i % 3));
        }

        return episodes;
    }

    private static byte[] Values(Space space, int rows, ref RandomStream random)
    {
        if (space.ElementType == ElementType.UInt8)
        {
            return [.. Enumerable.Range(0, rows * space.ByteCount).Select(n => (byte)(n * 7))];
        }

        var values = new byte[rows * space.ByteCount];
        for (var i = 0; i < values.Length; i += 4)
        {
            if (space is DiscreteSpace discrete)
            {
                BinaryPrimitives.WriteInt32LittleEndian(values.AsSpan(i), random.NextInt32(discrete.Count));
            }
            else
            {
                BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(i), (random.NextSingle() * 2) - 1);
            }
        }

        return values;
    }

    private static void AssertEqual(AgentEpisode[] expected, IReadOnlyList<AgentEpisode> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            var (left, right) = (expected[i].Episode, actual[i].Episode);
            Assert.Equal((expected[i].AgentId, expected[i].Outcome, left.Id, left.End, left.Length), (actual[i].AgentId, actual[i].Outcome, right.Id, right.End, right.Length));
            Assert.True(left.Observations.SequenceEqual(right.Observations));
            Assert.True(left.Actions.SequenceEqual(right.Actions));
            Assert.True(left.Rewards.SequenceEqual(right.Rewards));
            Assert.True(left.PolicyVersions.SequenceEqual(right.PolicyVersions));
            for (var column = 0; column < left.Spec.ExtraColumns.Length; column++)
            {
                Assert.True(left.Extra(column).SequenceEqual(right.Extra(column)));
            }
        }
    }

    private static void AssertFault(byte[] file, string fault, string? alternative = null)
    {
        var error = Assert.Throws<SafetensorsFormatException>(() => EpisodeFile.Parse(file, "runs/success.safetensors"));
        Assert.StartsWith("runs/success.safetensors: ", error.Message, StringComparison.Ordinal);
        Assert.True(
            error.Message.Contains(fault, StringComparison.Ordinal) || (alternative is not null && error.Message.Contains(alternative, StringComparison.Ordinal)),
            $"Expected '{fault}' but got '{error.Message}'");
    }

    private static byte[] WithHeader(byte[] file, Action<JsonObject> change)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = JsonNode.Parse(file.AsSpan(8, length))!.AsObject();
        change(header);
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var padded = new byte[(text.Length + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        text.CopyTo(padded, 0);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, padded.Length);
        return [.. prefix, .. padded, .. file.AsSpan(8 + length)];
    }

    private static Span<byte> DataOf(byte[] file, string tensor)
    {
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var offsets = JsonNode.Parse(file.AsSpan(8, length))![tensor]!["data_offsets"]!.AsArray();
        return file.AsSpan((8 + length + (int)offsets[0]!)..(8 + length + (int)offsets[1]!));
    }
}
