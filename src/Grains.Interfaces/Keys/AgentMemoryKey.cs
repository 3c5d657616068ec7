namespace MemoryRL.Grains.Interfaces;

/// <summary>The key of one agent's own memory: <c>name/agent</c>.</summary>
public readonly record struct AgentMemoryKey
{
    /// <summary>Initializes the key.</summary>
    /// <param name="memoryName">The memory's name, 1 to 200 characters.</param>
    /// <param name="agentId">The agent's id, 1 to 200 characters.</param>
    /// <exception cref="InvalidInputException">A name is not allowed.</exception>
    public AgentMemoryKey(string memoryName, string agentId)
    {
        MemoryName = KeySegment.Check(memoryName, "memory.name");
        AgentId = KeySegment.Check(agentId, "agent.id");
    }

    /// <summary>Gets the memory's name.</summary>
    public string MemoryName { get; }

    /// <summary>Gets the agent's id.</summary>
    public string AgentId { get; }

    /// <summary>Reads a key.</summary>
    /// <param name="key">What <see cref="ToString"/> wrote.</param>
    /// <returns>The key.</returns>
    /// <exception cref="InvalidInputException">The text is no such key.</exception>
    public static AgentMemoryKey Parse(string key) =>
        TryParse(key, out var parsed) ? parsed : throw new InvalidInputException("key", "a memory's name, a slash and an agent's id", $"'{key}'");

    /// <summary>Reads a key.</summary>
    /// <param name="key">The text.</param>
    /// <param name="parsed">The key.</param>
    /// <returns>Whether the text is such a key.</returns>
    public static bool TryParse(string? key, out AgentMemoryKey parsed)
    {
        parsed = default;
        if (!KeySegment.TrySplit(key, out var name, out var agent) || name.Length > KeySegment.MaxLength || agent.Length > KeySegment.MaxLength)
        {
            return false;
        }

        parsed = new AgentMemoryKey(name, agent);
        return true;
    }

    /// <summary>Writes the key.</summary>
    /// <returns>The percent-encoded names with a slash between.</returns>
    public override string ToString() => $"{KeySegment.Encode(MemoryName)}{KeySegment.Separator}{KeySegment.Encode(AgentId)}";
}
