using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>How a value gets from a caller to a grain, or back.</summary>
internal enum Travel
{
    /// <summary>By reference, always: nothing in it can change.</summary>
    Freely,

    /// <summary>By reference, unless everything is copied: it is immutable by its mark or by its members.</summary>
    Shared,

    /// <summary>As a copy: it could change.</summary>
    Copied,
}

/// <summary>
/// Isolation: what one side changes, the other never sees. Real Orleans copies every argument and result that is not marked immutable; so does
/// this, except where a type's members show that it cannot change.
/// </summary>
internal static class Travels
{
    /// <summary>Says how values of a type travel.</summary>
    /// <param name="type">The type.</param>
    /// <param name="site">The parameter or return value, which may carry the mark.</param>
    internal static Travel Of(Type type, ParameterInfo site)
    {
        if (Immutability.IsLeaf(type))
        {
            return Travel.Freely;
        }

        return site.IsDefined(typeof(ImmutableAttribute)) || Immutability.IsImmutable(type) ? Travel.Shared : Travel.Copied;
    }

    internal static T Send<T>(T value, GrainReference target, Travel travel)
    {
        return travel switch
        {
            Travel.Freely => value,
            Travel.Shared when !target.Host.CopiesEverything => value,
            _ => DeepCopier.Copy(value, target.Host.CopiesEverything),
        };
    }
}
