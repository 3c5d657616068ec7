using System.Collections.Concurrent;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Client.Tests;

/// <summary>An agent memory that keeps what it is given, once an id, and answers as a test decides.</summary>
internal sealed class FakeStore
{
    private readonly Lock _gate = new();
    private readonly HashSet<Guid> _known = [];
    private long _unanswered;

    /// <summary>Decides the answer of a call, after the episodes were stored; null acknowledges.</summary>
    public Func<AppendRequest, int, Task<string?>>? Answer { get; set; }

    /// <summary>Decides before anything is stored; may throw.</summary>
    public Action<AppendRequest, int>? Before { get; set; }

    public List<EpisodeMessage> Stored { get; } = [];

    public ConcurrentQueue<AppendRequest> Requests { get; } = new();

    /// <summary>The most steps that were ever sent and not yet answered.</summary>
    public long PeakUnanswered { get; private set; }

    public async Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var call = 0;
        lock (_gate)
        {
            Requests.Enqueue(request);
            call = Requests.Count;
            _unanswered += request.Episodes.Sum(episode => (long)episode.Steps.Count);
            PeakUnanswered = Math.Max(PeakUnanswered, _unanswered);
        }

        try
        {
            Before?.Invoke(request, call);
            var duplicates = 0;
            lock (_gate)
            {
                foreach (var episode in request.Episodes)
                {
                    if (_known.Add(episode.EpisodeId))
                    {
                        Stored.Add(episode);
                    }
                    else
                    {
                        duplicates++;
                    }
                }
            }

            var reason = Answer is null ? null : await Answer(request, call).WaitAsync(cancellationToken);
            return new AppendResult(request.Episodes.Length - duplicates, duplicates, reason);
        }
        finally
        {
            lock (_gate)
            {
                _unanswered -= request.Episodes.Sum(episode => (long)episode.Steps.Count);
            }
        }
    }
}
