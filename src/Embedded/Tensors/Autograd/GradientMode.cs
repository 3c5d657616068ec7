namespace TorchSharp;

/// <summary>Whether operations on this thread are recorded. Thread-local, as in PyTorch.</summary>
internal static class GradientMode
{
    [ThreadStatic]
    private static bool _off;

    [ThreadStatic]
    private static bool _inference;

    internal static bool IsOn => !_off;

    internal static bool IsInference => _inference;

    internal static IDisposable Set(bool on) => new Guard(on, _inference);

    internal static IDisposable SetInference(bool inference) => new Guard(!inference && IsOn, inference);

    private sealed class Guard : IDisposable
    {
        private readonly bool _wasOff = _off;
        private readonly bool _wasInference = _inference;
        private bool _ended;

        internal Guard(bool on, bool inference)
        {
            _off = !on;
            _inference = inference;
        }

        public void Dispose()
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            _off = _wasOff;
            _inference = _wasInference;
        }
    }
}
