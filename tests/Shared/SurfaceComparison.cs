using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace MemoryRL.Tests;

/// <summary>
/// Compares the public surface of an embedded assembly with the real library's, which is kept as text: one line a type
/// (<c>kind Full.Name : bases [usage targets]</c>), its public and protected members indented under it with parameter names and defaults,
/// without system namespaces. The assembly may have fewer types, members and interfaces than the text; whatever it has must be there.
/// </summary>
internal static partial class SurfaceComparison
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Lists what the assembly has that the text has not, and the types of the text that the assembly lacks.</summary>
    /// <param name="assembly">The embedded assembly.</param>
    /// <param name="surface">The real library's surface, or the part of it that is needed.</param>
    /// <returns>One sentence a difference; empty when there is none.</returns>
    internal static IReadOnlyList<string> Compare(Assembly assembly, string surface)
    {
        var real = Parse(surface);
        var differences = new List<string>();
        var embedded = assembly.GetExportedTypes().ToDictionary(Name);
        foreach (var (name, type) in embedded)
        {
            if (real.TryGetValue(name, out var lines))
            {
                CompareType(type, name, lines, differences);
            }
            else
            {
                differences.Add($"{name}: the real library has no such type.");
            }
        }

        differences.AddRange(real.Keys.Where(name => !embedded.ContainsKey(name)).Select(name => $"{name}: the text lists a type that the assembly lacks."));
        return differences;
    }

    private static Dictionary<string, List<string>> Parse(string surface)
    {
        var types = new Dictionary<string, List<string>>();
        List<string>? lines = null;
        foreach (var line in surface.Split('\n').Select(line => SystemNamespace().Replace(line.TrimEnd(), "")).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] != ' ')
            {
                types.Add(TypeName().Match(line).Groups["name"].Value, lines = [line]);
            }
            else
            {
                lines!.Add(line.Trim());
            }
        }

        return types;
    }

    private static void CompareType(Type type, string name, List<string> lines, List<string> differences)
    {
        var real = TypeName().Match(lines[0]);
        var kind = Kind(type);
        if (!string.Equals(kind, real.Groups["kind"].Value, StringComparison.Ordinal))
        {
            differences.Add($"{name}: is '{kind}' but really '{real.Groups["kind"].Value}'.");
        }

        if (!type.IsEnum && !type.IsSubclassOf(typeof(Delegate)))
        {
            CompareBases(type, name, SplitBases(real.Groups["bases"].Value), differences);
        }

        var usage = Usage(type);
        var realUsage = NormalUsage(real.Groups["usage"].Value);
        if (!string.Equals(usage, realUsage, StringComparison.Ordinal))
        {
            differences.Add($"{name}: its usage is '{usage}' but really '{realUsage}'.");
        }

        var members = lines.Skip(1).ToHashSet(StringComparer.Ordinal);
        differences.AddRange(Members(type).Where(member => !members.Contains(member)).Select(member => $"{name}: the real type has no '{member}'."));
    }

    private static void CompareBases(Type type, string name, List<string> real, List<string> differences)
    {
        var baseType = type.BaseType is null || type.BaseType == typeof(object) || type.BaseType == typeof(ValueType) ? null : Name(type.BaseType);
        if (baseType is not null && real.FirstOrDefault() != baseType)
        {
            differences.Add($"{name}: extends {baseType} but really {real.FirstOrDefault() ?? "nothing"}.");
        }

        // A class may leave out interfaces, never its base: that the first of the real bases is one shows when the assembly's type has it.
        if (baseType is null && type is { IsClass: true, IsAbstract: false } or { IsClass: true, IsSealed: false } && real.Count > 0 && !IsInterfaceName(real[0]))
        {
            differences.Add($"{name}: extends nothing but really {real[0]}.");
        }

        differences.AddRange(type.GetInterfaces().Select(Name).Where(face => !real.Contains(face)).Select(face => $"{name}: the real type does not implement {face}."));
    }

    // Interfaces are named I and a capital, in both libraries and in .NET.
    private static bool IsInterfaceName(string name)
    {
        var simple = name.Split('<')[0].Split('.')[^1];
        return simple.Length > 1 && simple[0] == 'I' && char.IsUpper(simple[1]);
    }

    private static List<string> SplitBases(string bases)
    {
        var parts = new List<string>();
        var depth = 0;
        var start = 0;
        for (var i = 0; i <= bases.Length; i++)
        {
            if (i == bases.Length || (bases[i] == ',' && depth == 0))
            {
                parts.Add(bases[start..i].Trim());
                start = i + 1;
            }
            else
            {
                depth += bases[i] is '<' or '(' ? 1 : bases[i] is '>' or ')' ? -1 : 0;
            }
        }

        return [.. parts.Where(part => part.Length > 0)];
    }

    private static string Kind(Type type)
    {
        var modifiers = type switch
        {
            { IsClass: false } => "",
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } when !type.IsSubclassOf(typeof(Delegate)) => "sealed ",
            _ => "",
        };
        var kind = type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsInterface ? "interface" : type.IsSubclassOf(typeof(Delegate)) ? "delegate" : "class";
        return modifiers + kind;
    }

    private static string Usage(Type type)
    {
        return type.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType == typeof(AttributeUsageAttribute)) is { } usage
            ? NormalUsage($"{(int)usage.ConstructorArguments[0].Value!} {string.Join(' ', usage.NamedArguments.Select(argument => $"{argument.MemberName}={argument.TypedValue.Value}"))}")
            : "";
    }

    private static string NormalUsage(string usage)
    {
        if (usage.Length == 0)
        {
            return "";
        }

        var allowMultiple = usage.Contains("AllowMultiple=True", StringComparison.Ordinal);
        var inherited = !usage.Contains("Inherited=False", StringComparison.Ordinal);
        return $"{usage.Split(' ')[0]} AllowMultiple={allowMultiple} Inherited={inherited}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        foreach (var constructor in type.GetConstructors(Declared).Where(constructor => !constructor.IsStatic && IsVisible(constructor)))
        {
            yield return $"{Access(constructor)}.ctor({Parameters(constructor)})";
        }

        foreach (var method in type.GetMethods(Declared).Where(method => IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))))
        {
            var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
            yield return $"{Access(method)}{Modifier(method)}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
        }

        foreach (var property in type.GetProperties(Declared))
        {
            if (Property(property) is { } text)
            {
                yield return text;
            }
        }

        foreach (var field in type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly))
        {
            if (type.IsEnum && field.IsLiteral)
            {
                yield return $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
            }
            else if (!field.IsSpecialName)
            {
                yield return $"{(field.IsPublic ? "" : "protected ")}{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}";
            }
        }
    }

    private static string? Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToList();
        if (accessors.Count == 0)
        {
            return null;
        }

        var isPublic = accessors.Exists(accessor => accessor.IsPublic);
        var shown = accessors.Where(accessor => accessor.IsPublic == isPublic).ToList();
        var get = shown.Contains(property.GetMethod!) ? "get; " : "";
        var isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var set = shown.Contains(property.SetMethod!) ? (isInit ? "init; " : "set; ") : "";
        var index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(parameter => Name(parameter.ParameterType)))}]" : "";
        return $"{(isPublic ? "" : "protected ")}{(accessors[0].IsStatic ? "static " : "")}{Name(property.PropertyType)} {property.Name}{index} {{ {get}{set}}}";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifier(MethodInfo method)
    {
        return method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "";
    }

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute));
        return string.Join(", ", method.GetParameters().Select(parameter => (isExtension && parameter.Position == 0 ? "this " : "") + Parameter(parameter)));
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var passing = parameter.ParameterType.IsByRef ? (parameter.IsOut ? "out " : "ref ") : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        return $"{passing}{Name(type)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Default(parameter.DefaultValue, type)}" : "")}";
    }

    private static string Default(object? value, Type type)
    {
        return value switch
        {
            null => "default",
            _ when (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } enumeration => Enum.ToObject(enumeration, value).ToString()!,
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.HasElementType)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? $"[{new string(',', type.GetArrayRank() - 1)}]" : type.IsPointer ? "*" : "");
        }

        var isSystem = type.Namespace is "System" || type.Namespace?.StartsWith("System.", StringComparison.Ordinal) == true;
        var prefix = type.IsNested || isSystem || type.Namespace is null ? "" : type.Namespace + ".";
        var arguments = type.GetGenericArguments();
        var inherited = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        if (type.IsNested)
        {
            var outer = type.DeclaringType!;
            prefix = Name(inherited > 0 && type.IsConstructedGenericType ? outer.MakeGenericType(arguments[..inherited]) : outer) + ".";
        }

        var own = arguments[inherited..];
        return $"{prefix}{type.Name.Split('`')[0]}{(own.Length == 0 ? "" : $"<{string.Join(", ", own.Select(Name))}>")}";
    }

    [GeneratedRegex(@"\bSystem\.(?:[A-Z]\w*\.)*(?=[A-Z])", RegexOptions.None, 1000)]
    private static partial Regex SystemNamespace();

    [GeneratedRegex(@"^(?<kind>(?:abstract |sealed |static )?(?:class|struct|interface|enum|delegate)) (?<name>\S+(?:<[^:]*>)?(?:\.\w+)*)(?: : (?<bases>.*?))?(?: \[usage (?<usage>[^\]]*)\])?$", RegexOptions.None, 1000)]
    private static partial Regex TypeName();
}
