using System.Diagnostics.CodeAnalysis;

namespace MemoryRL.Embedded.Runtime;

/// <summary>Requests that wait, in the order in which they came.</summary>
internal struct RequestQueue
{
    private Request? _oldest;
    private Request? _newest;

    internal readonly bool IsEmpty => _oldest is null;

    internal readonly Request? Oldest => _oldest;

    /// <summary>Gets the number of requests that might start while another runs.</summary>
    internal int InterleavableCount { get; private set; }

    internal void Add(Request request)
    {
        request.Next = null;
        if (_newest is null)
        {
            _oldest = request;
        }
        else
        {
            _newest.Next = request;
        }

        _newest = request;
        InterleavableCount += request.MayInterleave ? 1 : 0;
    }

    internal void AddAll(ref RequestQueue other)
    {
        if (other._oldest is null)
        {
            return;
        }

        if (_newest is null)
        {
            _oldest = other._oldest;
        }
        else
        {
            _newest.Next = other._oldest;
        }

        _newest = other._newest;
        InterleavableCount += other.InterleavableCount;
        other = default;
    }

    internal bool TryTake([NotNullWhen(true)] out Request? request)
    {
        request = _oldest;
        if (request is null)
        {
            return false;
        }

        _oldest = (Request?)request.Next;
        if (_oldest is null)
        {
            _newest = null;
        }

        request.Next = null;
        InterleavableCount -= request.MayInterleave ? 1 : 0;
        return true;
    }
}
