using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Learning.Tests;

/// <summary>Acting with a Decision Transformer against PyTorch's whole network (golden/make_decision_transformer.py).</summary>
public sealed class DecisionTransformerActorTests
{
    private static readonly SafetensorsDocument Golden =
        SafetensorsDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", "decision_transformer.safetensors")), "golden");

    [Theory]
    [InlineData("relu", 7, 1, false)]
    [InlineData("gelu", 5, 3, true)]
    [InlineData("single", 4, 2, true)]
    public void The_action_after_every_length_of_window_is_PyTorchs(string name, int context, int heads, bool isGelu)
    {
        var actor = new DecisionTransformerActor(Golden, $"{name}.", context, heads, isGelu);

        // From the longest down, so that what a longer window left behind would show.
        for (var steps = context; steps >= 1; steps--)
        {
            var answer = Act(actor, name, steps);
            var expected = Values<float>(name, steps, "answer");
            Assert.Equal(expected.Length, answer.Length);
            for (var i = 0; i < answer.Length; i++)
            {
                Assert.Equal(expected[i], answer[i], 3e-6);
            }
        }
    }

    [Fact]
    public void Acting_allocates_nothing()
    {
        var actor = new DecisionTransformerActor(Golden, "gelu.", 5, 3, isGelu: true);
        var returns = Values<float>("gelu", 5, "returns");
        var observations = Values<float>("gelu", 5, "observations");
        var actions = Values<float>("gelu", 5, "actions");
        var timesteps = Values<int>("gelu", 5, "timesteps");
        var allocations = new AllocationRounds(10);
        for (var i = 0; i < 100; i++)
        {
            _ = actor.Act(returns, observations, actions, timesteps);
            allocations.Next();
        }

        Assert.Equal(0, allocations.Least);
    }

    [Fact]
    public void Windows_that_do_not_fit_are_refused_with_their_lengths()
    {
        var actor = new DecisionTransformerActor(Golden, "relu.", 7, 1, isGelu: false);

        var longer = Assert.Throws<ArgumentException>(() => actor.Act(new float[8], new float[88], new float[21], new int[8]).ToArray());
        var odd = Assert.Throws<ArgumentException>(() => actor.Act(new float[2], new float[22], new float[6], new int[2]).ToArray());
        var late = Assert.Throws<ArgumentOutOfRangeException>(() => actor.Act(new float[1], new float[11], [], [50]).ToArray());

        Assert.Contains("1 <= k <= 7", longer.Message, StringComparison.Ordinal);
        Assert.Contains("2, 22, 6 and 2", odd.Message, StringComparison.Ordinal);
        Assert.Equal("timesteps", late.ParamName);
    }

    [Fact]
    public void Heads_that_do_not_divide_the_width_are_refused()
        => Assert.Contains(
            "5 heads do not divide the width 36",
            Assert.Throws<SafetensorsFormatException>(() => new DecisionTransformerActor(Golden, "gelu.", 5, 5, isGelu: true)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_missing_tensor_is_named()
        => Assert.Contains(
            "nothing.time.weight",
            Assert.Throws<SafetensorsFormatException>(() => new DecisionTransformerActor(Golden, "nothing.", 5, 1, isGelu: true)).Message,
            StringComparison.Ordinal);

    private static ReadOnlySpan<float> Act(DecisionTransformerActor actor, string name, int steps) => actor.Act(
        Values<float>(name, steps, "returns"), Values<float>(name, steps, "observations"), Values<float>(name, steps, "actions"), Values<int>(name, steps, "timesteps"));

    private static ReadOnlySpan<T> Values<T>(string name, int steps, string part)
        where T : unmanaged => Golden[$"{name}.window{steps}.{part}"].Values<T>();
}
