using System.Text.Json;

namespace MemoryRL.Core.Tests;

public sealed class SpecJsonTests
{
    public static TheoryData<string> Spaces { get; } = new()
    {
        new BoxSpace(11).ToJson(),
        new BoxSpace(3, -1, 1).ToJson(),
        new BoxSpace([2, 3], [-1, -2, -3, float.NegativeInfinity, 0, 1e-45f], [1, 2, 3, float.PositiveInfinity, 0.1f, float.MaxValue]).ToJson(),
        new BoxSpace([84, 84, 3], [0], [255], ElementType.UInt8).ToJson(),
        new BoxSpace([], [0], [float.PositiveInfinity]).ToJson(),
        new DiscreteSpace(4).ToJson(),
    };

    [Theory]
    [MemberData(nameof(Spaces))]
    public void A_space_is_read_back_equal(string json)
    {
        var space = Space.FromJson(json);

        Assert.Equal(json, space.ToJson());
        Assert.Equal(space, Space.FromJson(space.ToJson()));
        Assert.Equal(space.GetHashCode(), Space.FromJson(json).GetHashCode());
    }

    [Fact]
    public void The_written_form_is_the_one_that_snapshots_keep()
    {
        Assert.Equal("""{"kind":"discrete","count":4}""", new DiscreteSpace(4).ToJson());
        Assert.Equal(
            """{"kind":"box","element_type":"Float32","shape":[3],"low":["-Infinity"],"high":[1,2.5,"Infinity"]}""",
            new BoxSpace([3], [float.NegativeInfinity], [1, 2.5f, float.PositiveInfinity]).ToJson());
        Assert.Equal("""{"kind":"box","element_type":"UInt8","shape":[2,2],"low":[0],"high":[255]}""", new BoxSpace([2, 2], [0], [255], ElementType.UInt8).ToJson());
    }

    [Fact]
    public void A_box_keeps_every_part_through_JSON()
    {
        var box = (BoxSpace)Space.FromJson(new BoxSpace([2], [-1, float.NegativeInfinity], [1, 7], ElementType.Float32).ToJson());

        Assert.Equal([2], box.Shape.ToArray());
        Assert.Equal([-1, float.NegativeInfinity], box.Low.ToArray());
        Assert.Equal([1, 7], box.High.ToArray());
        Assert.Equal(ElementType.Float32, box.ElementType);
    }

    [Fact]
    public void Boxes_that_mean_the_same_are_equal_and_written_alike()
    {
        var (one, each) = (new BoxSpace([3], [-1], [0]), new BoxSpace([3], [-1, -1, -1], [-0f, 0, 0]));

        Assert.Equal(one, each);
        Assert.Equal(one.GetHashCode(), each.GetHashCode());
        Assert.Equal(one.ToJson(), each.ToJson());
        Assert.NotEqual(one, new BoxSpace([3], [-1], [1]));
        Assert.NotEqual(one, new BoxSpace([3, 1], [-1], [0]));
        Assert.NotEqual<Space>(new DiscreteSpace(3), new DiscreteSpace(4));
        Assert.NotEqual(new ExperienceSpec(one, new DiscreteSpace(2)).Fingerprint, new ExperienceSpec(new BoxSpace([3], [-1], [1]), new DiscreteSpace(2)).Fingerprint);
        Assert.Equal(new ExperienceSpec(one, new DiscreteSpace(2)).Fingerprint, new ExperienceSpec(each, new DiscreteSpace(2)).Fingerprint);
    }

    [Fact]
    public void A_memory_spec_is_read_back_equal_with_every_key_set()
    {
        var spec = new MemorySpec(Samples.Pixels)
        {
            CapacitySteps = 12_345,
            CapacityBytes = 5L << 40,
            MaxEpisodeSteps = 99,
            ShardCount = 3,
            MinSizeToSample = 77,
            MaxUnreadSteps = 1L << 40,
            Outcome = new ReturnQuantilesRule(0.1, 0.9, 50, 5),
            TrajectoryCapacitySteps = 11,
            FailureTailSteps = 0,
            AgentCapacitySteps = 22,
            Durability = Durability.Snapshot,
            SnapshotPeriod = TimeSpan.FromSeconds(12.5),
        };
        var read = MemorySpec.FromJson(spec.ToJson());

        Assert.Equal(spec, read);
        Assert.Equal(spec.ToJson(), read.ToJson());
        Assert.Equal(spec.Experience.Fingerprint, read.Experience.Fingerprint);
        Assert.Null(spec.DescribeDifference(read));
        Assert.DoesNotContain("fingerprint", spec.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("byte_count", spec.ToJson(), StringComparison.Ordinal);
        Assert.Contains("\"name\":\"logits\"", spec.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_need_not_be_written()
    {
        var read = MemorySpec.FromJson("""{"experience":{"observation":{"count":48,"kind":"discrete"},"action":{"kind":"discrete","count":4}}}""");

        Assert.Equal(new MemorySpec(new ExperienceSpec(new DiscreteSpace(48), new DiscreteSpace(4))), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"experience":null}""")]
    [InlineData("""{"experience":{"observation":{"kind":"discrete","count":4}}}""")]
    [InlineData("""{"experience":{"observation":null,"action":{"kind":"discrete","count":4}}}""")]
    [InlineData("""{"experience":{"observation":{"kind":"tuple"},"action":{"kind":"discrete","count":4}}}""")]
    [InlineData("""{"experience":{"observation":{"kind":"discrete"},"action":{"kind":"discrete","count":4}}}""")]
    [InlineData("""{"experience":{"observation":{"kind":"discrete","count":4},"action":{"kind":"discrete","count":4}},"capacity_step":5}""")]
    [InlineData("""{"experience":{"observation":{"kind":"discrete","count":4},"action":{"kind":"discrete","count":4}},"capacity_steps":5,"capacity_steps":6}""")]
    [InlineData("""{"experience":{"observation":{"kind":"discrete","count":4},"action":{"kind":"discrete","count":4}},"capacity_steps":"many"}""")]
    [InlineData("""{"experience":{"observation":{"kind":"discrete","count":4},"action":{"kind":"discrete","count":4}},"outcome":null}""")]
    public void A_text_that_is_no_spec_is_an_error(string json) => Assert.ThrowsAny<JsonException>(() => MemorySpec.FromJson(json));

    [Theory]
    [InlineData("""{"kind":"discrete","count":0}""", "space.count")]
    [InlineData("""{"kind":"box","element_type":"Float32","shape":[0],"low":[0],"high":[1]}""", "space.shape")]
    [InlineData("""{"kind":"box","element_type":"Float32","shape":[65536,65536],"low":[0],"high":[1]}""", "space.shape")]
    [InlineData("""{"kind":"box","element_type":"Int32","shape":[1],"low":[0],"high":[1]}""", "space.element_type")]
    [InlineData("""{"kind":"box","element_type":"Float32","shape":[3],"low":[0,0],"high":[1]}""", "space.low")]
    [InlineData("""{"kind":"box","element_type":"Float32","shape":[3],"low":[0],"high":["NaN"]}""", "space.high")]
    [InlineData("""{"kind":"box","element_type":"Float32","shape":[3],"low":[0],"high":[-1]}""", "space.high")]
    public void A_space_with_a_value_that_is_not_allowed_names_it(string json, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidExperienceException>(() => Space.FromJson(json)).Field);

    [Fact]
    public void The_fingerprint_is_a_cache_that_no_copy_and_no_comparison_sees()
    {
        var spec = new ExperienceSpec(new DiscreteSpace(4), new DiscreteSpace(2));
        var before = spec.Fingerprint;
        var wider = spec with { ExtraColumns = [ColumnSpec.ActionSource] };

        Assert.NotEqual(before, wider.Fingerprint);
        Assert.Equal(new ExperienceSpec(new DiscreteSpace(4), new DiscreteSpace(2)), spec);
        Assert.Equal(before, (wider with { ExtraColumns = [] }).Fingerprint);
        Assert.Equal(before, new ExperienceSpec(new DiscreteSpace(4), new DiscreteSpace(2)).Fingerprint);
        Assert.NotEqual(before, new ExperienceSpec(new DiscreteSpace(2), new DiscreteSpace(4)).Fingerprint);
    }

    [Fact]
    public void The_fingerprint_is_stable_because_snapshots_carry_it() => Assert.Equal(15930381863503041395UL, Samples.Grid.Fingerprint);
}
