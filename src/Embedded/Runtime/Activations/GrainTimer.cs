using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>A timer whose ticks are turns of its grain; the next tick is scheduled when one has ended, so ticks never pile up.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _disposed = new();
    private readonly CancellationToken _token;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _isTicking;
    private bool _isChanged;
    private bool _isDisposed;

    internal GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        Check(options.DueTime, options.Period);
        _token = _disposed.Token;
        _activation = activation;
        _callback = callback;
        _options = options;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = activation.Host.Time.CreateTimer(static state => ((GrainTimer)state!).PostTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, period);
        lock (_lock)
        {
            _dueTime = dueTime;
            _period = period;
            _isChanged = true;
            if (!_isTicking && !_isDisposed)
            {
                Schedule(dueTime);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _timer.Dispose();
        }

        _disposed.Cancel();
        _disposed.Dispose();
        _activation.RemoveTimer(this);
    }

    internal void Start() => Change(_options.DueTime, _options.Period);

    private static void Check(TimeSpan dueTime, TimeSpan period)
    {
        const long MaxMilliseconds = 0xfffffffe;
        ArgumentOutOfRangeException.ThrowIfLessThan((long)dueTime.TotalMilliseconds, -1, nameof(dueTime));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)dueTime.TotalMilliseconds, MaxMilliseconds, nameof(dueTime));
        ArgumentOutOfRangeException.ThrowIfLessThan((long)period.TotalMilliseconds, -1, nameof(period));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)period.TotalMilliseconds, MaxMilliseconds, nameof(period));
    }

    private void PostTick()
    {
        lock (_lock)
        {
            if (_isTicking || _isDisposed)
            {
                return;
            }

            _isTicking = true;
            _isChanged = false;
        }

        var tick = new Tick(this);
        tick.Prepare(_activation.GrainReference, CancellationToken.None);
        _activation.Post(tick);
    }

    private async Task TickAsync()
    {
        try
        {
            if (!_token.IsCancellationRequested)
            {
                await _callback(_token);
            }
        }
        catch (Exception exception)
        {
            HostLog.TimerFailed(_activation.Host.Logger, exception, _activation.GrainId);
        }
        finally
        {
            lock (_lock)
            {
                _isTicking = false;
                if (!_isDisposed)
                {
                    Schedule(_isChanged ? _dueTime : _period);
                }
            }
        }
    }

    private void Schedule(TimeSpan dueTime) => _timer.Change(dueTime, Timeout.InfiniteTimeSpan);

    private sealed class Tick(GrainTimer timer) : Request
    {
        internal override GrainMethod Method => GrainMethod.TimerTick;

        internal override bool IsRoutable => false;

        internal override bool IsUse => timer._options.KeepAlive;

        internal override bool IsInterleaved => timer._options.Interleave;

        internal override void Invoke(Activation activation)
        {
            var tick = timer.TickAsync();
            if (!tick.IsCompleted)
            {
                activation.AddRunning(this);
                _ = AwaitAsync(activation, tick);
            }
        }

        protected override void SetException(Exception exception)
        {
        }

        private async Task AwaitAsync(Activation activation, Task tick)
        {
            await tick;
            activation.RemoveRunning(this);
        }
    }
}
