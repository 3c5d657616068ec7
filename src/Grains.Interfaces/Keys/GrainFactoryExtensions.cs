namespace MemoryRL.Grains.Interfaces;

/// <summary>The doors to the grains; nothing else makes a grain key.</summary>
public static class GrainFactoryExtensions
{
    /// <summary>Gets a memory.</summary>
    /// <param name="grains">The grain factory.</param>
    /// <param name="memoryName">The memory's name, 1 to 200 characters.</param>
    /// <returns>The memory's grain.</returns>
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    public static IMemoryGrain GetMemory(this IGrainFactory grains, string memoryName) =>
        grains.GetGrain<IMemoryGrain>(KeySegment.Check(memoryName, "memory.name"));

    /// <summary>Gets a memory's shard.</summary>
    /// <param name="grains">The grain factory.</param>
    /// <param name="key">The memory's name and the shard's number.</param>
    /// <returns>The shard's grain.</returns>
    public static IMemoryShardGrain GetMemoryShard(this IGrainFactory grains, MemoryShardKey key) =>
        grains.GetGrain<IMemoryShardGrain>(key.ToString());

    /// <summary>Gets an agent's own memory.</summary>
    /// <param name="grains">The grain factory.</param>
    /// <param name="key">The memory's name and the agent's id.</param>
    /// <returns>The agent memory's grain.</returns>
    public static IAgentMemoryGrain GetAgentMemory(this IGrainFactory grains, AgentMemoryKey key) =>
        grains.GetGrain<IAgentMemoryGrain>(key.ToString());

    /// <summary>Gets a memory's success or failure trajectories.</summary>
    /// <param name="grains">The grain factory.</param>
    /// <param name="key">The memory's name and the outcome.</param>
    /// <returns>The trajectory store's grain.</returns>
    public static ITrajectoryStoreGrain GetTrajectoryStore(this IGrainFactory grains, TrajectoryStoreKey key) =>
        grains.GetGrain<ITrajectoryStoreGrain>(key.ToString());

    /// <summary>Gets a learner.</summary>
    /// <param name="grains">The grain factory.</param>
    /// <param name="learnerName">The learner's name, 1 to 200 characters.</param>
    /// <returns>The learner's grain.</returns>
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    public static ILearnerGrain GetLearner(this IGrainFactory grains, string learnerName) =>
        grains.GetGrain<ILearnerGrain>(KeySegment.Check(learnerName, "learner.name"));

    /// <summary>Gets the registry of the learners that are to train.</summary>
    /// <param name="grains">The grain factory.</param>
    /// <returns>The registry's grain.</returns>
    public static ILearnerRegistryGrain GetLearnerRegistry(this IGrainFactory grains) =>
        grains.GetGrain<ILearnerRegistryGrain>("learners");

    /// <summary>Gets a policy.</summary>
    /// <param name="grains">The grain factory.</param>
    /// <param name="policyName">The policy's name, 1 to 200 characters.</param>
    /// <returns>The policy's grain.</returns>
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    public static IPolicyGrain GetPolicy(this IGrainFactory grains, string policyName) =>
        grains.GetGrain<IPolicyGrain>(KeySegment.Check(policyName, "policy.name"));

    /// <summary>Gets the value functions that a learner publishes beside a policy, under the policy's versions: where the learner has any.</summary>
    /// <param name="grains">The grain factory.</param>
    /// <param name="policyName">The policy's name, 1 to 200 characters.</param>
    /// <returns>The grain of the bundles, that of the policy named <c>policyName/values</c>.</returns>
    /// <exception cref="InvalidInputException">The name is not allowed.</exception>
    public static IPolicyGrain GetPolicyValues(this IGrainFactory grains, string policyName) =>
        grains.GetGrain<IPolicyGrain>(KeySegment.Check(policyName, "policy.name") + "/values");
}
