using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>The text of a key or of a grain type.</summary>
public readonly struct IdSpan : IEquatable<IdSpan>
{
    private readonly string? _value;

    private IdSpan(string value)
    {
        _value = value;
    }

    /// <summary>Gets a value indicating whether there is no text.</summary>
    public bool IsDefault => string.IsNullOrEmpty(_value);

    /// <summary>Wraps a text.</summary>
    /// <param name="id">The text.</param>
    /// <returns>The wrapped text.</returns>
    public static IdSpan Create(string id) => new(id);

    /// <summary>Compares the texts.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    /// <summary>Compares the texts.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(IdSpan obj) => string.Equals(ToString(), obj.ToString(), StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is IdSpan other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => _value ?? "";
}

/// <summary>The durable name of a grain class.</summary>
/// <param name="id">The name.</param>
public readonly struct GrainType(IdSpan id) : IEquatable<GrainType>
{
    /// <summary>Gets a value indicating whether there is no name.</summary>
    public bool IsDefault => Value.IsDefault;

    /// <summary>Gets the name.</summary>
    public IdSpan Value { get; } = id;

    /// <summary>Wraps a name.</summary>
    /// <param name="value">The name.</param>
    /// <returns>The wrapped name.</returns>
    public static GrainType Create(string value) => new(IdSpan.Create(value));

    /// <summary>Compares the names.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool operator ==(GrainType left, GrainType right) => left.Equals(right);

    /// <summary>Compares the names.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(GrainType left, GrainType right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(GrainType obj) => Value.Equals(obj.Value);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is GrainType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>The durable name of a grain interface.</summary>
/// <param name="value">The name.</param>
public readonly struct GrainInterfaceType(IdSpan value) : IEquatable<GrainInterfaceType>
{
    /// <summary>Gets the name.</summary>
    public IdSpan Value { get; } = value;

    /// <summary>Wraps a name.</summary>
    /// <param name="value">The name.</param>
    /// <returns>The wrapped name.</returns>
    public static GrainInterfaceType Create(string value) => new(IdSpan.Create(value));

    /// <summary>Compares the names.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool operator ==(GrainInterfaceType left, GrainInterfaceType right) => left.Equals(right);

    /// <summary>Compares the names.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(GrainInterfaceType left, GrainInterfaceType right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(GrainInterfaceType other) => Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is GrainInterfaceType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>The identity of a grain: its type and its key.</summary>
/// <param name="type">The grain type.</param>
/// <param name="key">The key.</param>
public readonly struct GrainId(GrainType type, IdSpan key) : IEquatable<GrainId>
{
    /// <summary>Gets a value indicating whether this identifies nothing.</summary>
    public bool IsDefault => Type.IsDefault && Key.IsDefault;

    /// <summary>Gets the grain type.</summary>
    public GrainType Type { get; } = type;

    /// <summary>Gets the key.</summary>
    public IdSpan Key { get; } = key;

    /// <summary>Makes an identity.</summary>
    /// <param name="type">The grain type.</param>
    /// <param name="key">The key.</param>
    /// <returns>The identity.</returns>
    public static GrainId Create(GrainType type, IdSpan key) => new(type, key);

    /// <summary>Makes an identity.</summary>
    /// <param name="type">The grain type.</param>
    /// <param name="key">The key.</param>
    /// <returns>The identity.</returns>
    public static GrainId Create(GrainType type, string key) => new(type, IdSpan.Create(key));

    /// <summary>Makes an identity.</summary>
    /// <param name="type">The grain type.</param>
    /// <param name="key">The key.</param>
    /// <returns>The identity.</returns>
    public static GrainId Create(string type, string key) => new(GrainType.Create(type), IdSpan.Create(key));

    /// <summary>Compares the identities.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool operator ==(GrainId left, GrainId right) => left.Equals(right);

    /// <summary>Compares the identities.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(GrainId left, GrainId right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(GrainId other) => Key.Equals(other.Key) && Type.Equals(other.Type);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is GrainId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Key);

    /// <summary>Writes the identity as <c>type/key</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Type}/{Key}";
}
