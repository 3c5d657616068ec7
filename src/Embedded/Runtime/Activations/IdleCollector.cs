namespace MemoryRL.Embedded.Runtime;

/// <summary>Looks for idle activations, once a quantum.</summary>
internal sealed class IdleCollector(EmbeddedHost host) : IDisposable
{
    private ITimer? _timer;

    public void Dispose() => _timer?.Dispose();

    internal void Start()
    {
        var quantum = host.Collection.CollectionQuantum;
        _timer = host.Time.CreateTimer(static state => ((IdleCollector)state!).Collect(), this, quantum, quantum);
    }

    private void Collect()
    {
        host.Clock.Advance();
        foreach (var activation in host.Directory.Activations())
        {
            activation.CollectIfIdle();
        }
    }
}
