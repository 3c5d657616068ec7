using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>The classic tasks against Gymnasium itself: golden/classic.json, written by golden/make_golden.py.</summary>
public sealed class ClassicGoldenTests
{
    // The golden numbers are float32 with nine digits; an acrobot's 200 steps in double stay this close.
    private const double Tolerance = 1e-5;

    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", "classic.json"))).RootElement.GetProperty("tasks");

    public static TheoryData<string> Names => [.. Golden.EnumerateObject().Select(task => task.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_hundred_random_steps_and_a_way_to_the_goal_are_gymnasiums(string name)
    {
        var task = (IPhysicalEnvironment)EnvironmentRegistry.Find(name).Create(null);
        var observation = new byte[task.Spec.Experience.Observation.ByteCount];
        var steps = 0;
        foreach (var episode in Golden.GetProperty(name).GetProperty("episodes").EnumerateArray())
        {
            foreach (var step in episode.GetProperty("steps").EnumerateArray())
            {
                if (step.TryGetProperty("from", out var state))
                {
                    task.SetState(Numbers(state[0]), Numbers(state[1]), observation);
                }

                var result = task.Step(Action(task, step), observation);
                AssertClose(Numbers(step.GetProperty("observation")), MemoryMarshal.Cast<byte, float>(observation), $"{name}, step {steps}");
                Assert.Equal(step.GetProperty("reward").GetDouble(), result.Reward, Tolerance);
                Assert.Equal(step.GetProperty("terminated").GetBoolean(), result.Terminated);
                Assert.False(result.Truncated);
                steps++;
            }
        }

        Assert.True(steps >= 200, $"{steps} steps");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bounds_and_limits_are_gymnasiums(string name)
    {
        var golden = Golden.GetProperty(name);
        var spec = EnvironmentRegistry.Find(name).Spec;
        var box = Assert.IsType<BoxSpace>(spec.Experience.Observation);
        Assert.Equal(golden.GetProperty("limit").GetInt32(), spec.MaxEpisodeSteps);
        Assert.Equal(Bounds(golden.GetProperty("low")), Enumerable.Range(0, box.ElementCount).Select(box.LowAt));
        Assert.Equal(Bounds(golden.GetProperty("high")), Enumerable.Range(0, box.ElementCount).Select(box.HighAt));
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static IEnumerable<float> Bounds(JsonElement array) => array.EnumerateArray().Select(bound => bound.GetString() switch
    {
        "inf" => float.PositiveInfinity,
        "-inf" => float.NegativeInfinity,
        var number => float.Parse(number!, CultureInfo.InvariantCulture),
    });

    private static byte[] Action(IPhysicalEnvironment task, JsonElement step)
    {
        var value = step.GetProperty("action")[0].GetDouble();
        return task.Spec.Experience.Action is DiscreteSpace ? BitConverter.GetBytes((int)value) : BitConverter.GetBytes((float)value);
    }

    private static void AssertClose(double[] expected, ReadOnlySpan<float> actual, string where)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance, $"{where}, number {i}: expected {expected[i]} but got {actual[i]}");
        }
    }
}
