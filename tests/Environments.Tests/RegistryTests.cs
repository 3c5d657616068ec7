using System.Text.RegularExpressions;
using MemoryRL.Core;

namespace MemoryRL.Environments.Tests;

/// <summary>Which tasks there are, and what is known of them without making one.</summary>
public sealed partial class RegistryTests
{
    [EveryTaskFact]
    public void Every_task_can_be_made() => Assert.All(EnvironmentRegistry.Names, name => Assert.Equal(name, EnvironmentRegistry.Create(name).Spec.Name));

    [Theory]
    [InlineData("chambers", "dark-chamber")]
    [InlineData("classic control", "acrobot, cart-pole, mountain-car, mountain-car-continuous, pendulum")]
    [InlineData("MuJoCo", "ant, half-cheetah, hopper, walker2d")]
    [InlineData("grids", "cliff-walking, cliff-walking-sparse, four-rooms, key-door-rooms, mini-grid-four-rooms")]
    public void The_registry_knows_the_tasks_of_each_room(string room, string names) =>
        Assert.All(names.Split(", "), name => Assert.True(EnvironmentRegistry.Names.Contains(name), $"{room}: {name}"));

    [Fact]
    public void Names_are_sorted_and_in_kebab_case_and_their_specs_say_the_same()
    {
        Assert.Equal(EnvironmentRegistry.Names.Order(StringComparer.Ordinal), EnvironmentRegistry.Names);
        Assert.All(EnvironmentRegistry.Names, name =>
        {
            Assert.Matches(KebabCase(), name);
            Assert.Equal(name, EnvironmentRegistry.Find(name).Spec.Name);
        });
    }

    [Fact]
    public void Every_task_says_in_a_line_what_there_is_to_do_and_which_return_is_success() => Assert.All(EnvironmentRegistry.Names, name =>
    {
        var spec = EnvironmentRegistry.Find(name).Spec;
        Assert.EndsWith(".", spec.Summary, StringComparison.Ordinal);
        Assert.True(double.IsFinite(spec.SuccessReturn));
        Assert.True(spec.RandomSuccess is null or (>= 0 and <= 1));
        Assert.Empty(spec.Experience.ExtraColumns);
    });

    [Fact]
    public void An_unknown_task_is_refused_with_the_names_that_there_are()
    {
        var error = Assert.Throws<InvalidExperienceException>(() => EnvironmentRegistry.Find("four-doors"));
        Assert.Equal($"environment: expected one of {string.Join(", ", EnvironmentRegistry.Names)} but got 'four-doors'.", error.Message);
    }

    [Fact]
    public void Another_limit_leaves_the_random_policys_success_open()
    {
        Assert.Null(EnvironmentRegistry.Find("four-rooms").SpecWith(100).RandomSuccess);
        Assert.Equal(0.1479, EnvironmentRegistry.Find("four-rooms").SpecWith(50).RandomSuccess);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_limit_below_one_is_refused(int limit)
    {
        var error = Assert.Throws<InvalidExperienceException>(() => EnvironmentRegistry.Find("four-rooms").Create(limit));
        Assert.Equal("environment.max_episode_steps", error.Field);
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KebabCase();
}
