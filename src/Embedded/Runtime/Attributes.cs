#pragma warning disable CS1591, CA1019
namespace Orleans
{
    [AttributeUsage((AttributeTargets)28)]
    public sealed class GenerateSerializerAttribute : Attribute;

    [AttributeUsage((AttributeTargets)1116, AllowMultiple = true)]
    public sealed class AliasAttribute(string alias) : Attribute
    {
        public string Alias { get; } = alias;
    }

    [AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
    public sealed class IdAttribute(uint id) : Attribute
    {
        public uint Id { get; } = id;
    }

    [AttributeUsage(AttributeTargets.All)]
    public sealed class ImmutableAttribute : Attribute;

    public interface IGrain;

    public interface IGrainWithStringKey : IGrain;
}

namespace Orleans.Concurrency
{
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class AlwaysInterleaveAttribute : Attribute;
}

namespace Orleans.Runtime
{
    public interface IAddressable;
}

namespace Orleans.Hosting
{
    public interface ISiloBuilder;
}
