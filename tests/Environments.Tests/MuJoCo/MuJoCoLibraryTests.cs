using MemoryRL.Core;
using MemoryRL.Tests;

namespace MemoryRL.Environments.Tests;

public sealed class MuJoCoLibraryTests
{
    [Fact]
    public void A_library_that_is_not_there_is_named_with_the_remedy()
    {
        var (library, reason) = MuJoCoLibrary.Load("/nowhere/libmujoco.so");
        Assert.Null(library);
        Assert.Equal("the physics engine /nowhere/libmujoco.so is not there: apt-get install libmujoco2.2.2", reason);
    }

    [Fact]
    public void Another_library_is_refused() =>
        Assert.Equal("libc.so.6 is not MuJoCo: apt-get install libmujoco2.2.2", MuJoCoLibrary.Load("libc.so.6").Reason);

    [Theory]
    [InlineData(210, "2.1.0")]
    [InlineData(223, "2.2.3")]
    [InlineData(310, "3.1.0")]
    public void Another_version_is_refused_with_both_versions(int version, string spelled) =>
        Assert.Equal($"expected MuJoCo 2.2.2 but libmujoco.so is {spelled}: apt-get install libmujoco2.2.2", MuJoCoLibrary.Check("libmujoco.so", version));

    [Fact]
    public void Tasks_whose_library_is_missing_stay_in_the_list_and_say_the_remedy()
    {
        var entry = new EnvironmentEntry(Hopper.UnlimitedSpec with { MaxEpisodeSteps = 10 }, () => new Hopper(), _ => 0, () => "the engine is not there: get it");
        Assert.Equal("the engine is not there: get it", entry.UnavailableReason);
        var error = Assert.Throws<EnvironmentUnavailableException>(() => entry.Create());
        Assert.Equal("The task 'hopper' is not available here: the engine is not there: get it", error.Message);
    }

    [MuJoCoFact]
    public void A_model_that_the_engine_does_not_take_is_refused_in_its_own_words() =>
        Assert.Contains("unrecognized", Assert.Throws<InvalidDataException>(() => MuJoCoModel.FromXml("<mujoco><worldbody><bodies/></worldbody></mujoco>")).Message);

    [MuJoCoFact]
    public void A_simulation_that_diverges_says_so()
    {
        using var model = MuJoCoModel.FromXml("<mujoco><worldbody><body><joint type='slide'/><geom size='1'/></body></worldbody></mujoco>");
        using var simulation = new MuJoCoSimulation(model);
        simulation.Step(3);
        simulation.Velocities[0] = double.NaN;
        Assert.Contains("diverged", Assert.Throws<InvalidOperationException>(() => simulation.Step(3)).Message);
    }

    [MuJoCoFact]
    public void A_control_that_is_no_number_in_bounds_is_refused_by_its_index()
    {
        var environment = new HalfCheetah();
        var observation = new byte[17 * 4];
        environment.Reset(observation);
        foreach (var wrong in new[] { 1.5f, float.NaN, float.NegativeInfinity })
        {
            var action = System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(new[] { 0, 0, wrong, 0, 0, 0 }).ToArray();
            Assert.Contains("action[2]", Assert.Throws<InvalidExperienceException>(() => environment.Step(action, observation)).Message);
        }
    }
}
