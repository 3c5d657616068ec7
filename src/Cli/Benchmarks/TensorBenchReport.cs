namespace MemoryRL.Cli;

/// <summary>Everything that a run measured, for a file: what ran, where, beside what, and every turn's time.</summary>
/// <param name="Version">This program's version.</param>
/// <param name="TensorEngine">The engine that it was built with.</param>
/// <param name="Cores">The machine's cores.</param>
/// <param name="RegisterBits">The width of its registers.</param>
/// <param name="Peak">Floating-point operations a second that a core does at most.</param>
/// <param name="Peers">What stood beside it, one for each number of threads; one whose figures were refused is named too.</param>
/// <param name="Rows">The table.</param>
/// <param name="Allocation">What an update of IQL allocates, or null when it wasn't asked for.</param>
internal sealed record TensorBenchReport(
    string Version, string TensorEngine, int Cores, int RegisterBits, double Peak, IReadOnlyList<TorchIdentity> Peers, IReadOnlyList<TensorBenchRow> Rows, TensorBenchAllocation? Allocation);
