using MemoryRL.Tests;

namespace MemoryRL.Learning.Tests;

/// <summary>Tests of several cases that need PyTorch; skipped, with the remedy as the reason, where it is not there. Looked for once: importing it takes seconds.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<string?> Missing = new(static () => new PythonFactAttribute("torch", "apt-get install python3-torch").Skip);

    public PythonTheoryAttribute()
    {
        Skip = Missing.Value;
    }
}
