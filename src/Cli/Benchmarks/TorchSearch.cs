namespace MemoryRL.Cli;

/// <summary>Finds an interpreter whose PyTorch is worth comparing with.</summary>
internal static class TorchSearch
{
    /// <summary>What gives PyTorch to those who lack it, or lack a fast BLAS.</summary>
    public const string Remedy = "PyTorch's figures need: apt-get install python3-torch libopenblas0-openmp";

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(5);

    /// <summary>Tries interpreters in turn.</summary>
    /// <param name="candidates">The interpreters: names or paths.</param>
    /// <param name="threads">Threads that one operation may use.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The first that can be compared with, or none; what it is, or null; and one line that tells people.</returns>
    public static async Task<(TorchPeer? Peer, TorchIdentity? Identity, string Line)> FindAsync(IReadOnlyList<string> candidates, int threads, CancellationToken cancellationToken)
    {
        var reasons = new List<string>();
        TorchIdentity? slow = null;
        foreach (var candidate in candidates)
        {
            var peer = TorchPeer.Start(candidate, threads, AnswerLimit);
            if (peer is null)
            {
                reasons.Add($"{candidate}: can't be started");
                continue;
            }

            var isKept = false;
            try
            {
                var identity = await peer.HelloAsync(cancellationToken);
                if (identity is { IsComparable: true })
                {
                    isKept = true;
                    return (peer, identity, $"PyTorch {identity.Version} with {identity.Blas}");
                }

                slow ??= identity;
                reasons.Add($"{candidate}: {peer.LastError ?? "it ended without a word"}");
            }
            catch (InvalidDataException error)
            {
                reasons.Add($"{candidate}: {error.Message.TrimEnd('.')}");
            }
            finally
            {
                if (!isKept)
                {
                    await peer.DisposeAsync();
                }
            }
        }

        return slow is null
            ? (null, null, $"PyTorch is not here ({string.Join("; ", reasons)}): our figures alone. {Remedy}")
            : (null, slow, $"PyTorch {slow.Version} is here with {slow.Blas}: not compared, nobody trains with that. {Remedy}");
    }
}
