using System.Reflection;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains.Tests;

/// <summary>What travels and what is stored is named by aliases and ids; a change of one would break running clusters and written states.</summary>
public sealed class ContractListTests
{
    [Fact]
    public void The_contracts_are_those_of_the_checked_in_list()
    {
        var expected = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Contracts", "contracts.txt"));

        var actual = List();

        Assert.True(expected.SequenceEqual(actual), $"Expected the contracts of contracts.txt but got:{Environment.NewLine}{string.Join(Environment.NewLine, actual)}");
    }

    [Fact]
    public void Aliases_and_ids_are_unique()
    {
        var aliases = Types().Select(type => Alias(type)!).ToList();
        Assert.Equal(aliases.Count, aliases.Distinct().Count());
        foreach (var type in Types())
        {
            var ids = Members(type).Select(member => Id(member)).ToList();
            Assert.Equal(ids.Count, ids.Distinct().Count());
        }
    }

    private static List<string> List()
    {
        var lines = new List<string>();
        foreach (var type in Types().OrderBy(type => Alias(type), StringComparer.Ordinal))
        {
            lines.Add($"{(type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : "class")} {Alias(type)}");
            if (type.IsInterface)
            {
                lines.AddRange(type.GetMethods().OrderBy(method => Alias(method), StringComparer.Ordinal).Select(method =>
                    $"  {Alias(method)}({string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)))}): {Name(method.ReturnType)}"));
            }
            else if (type.IsEnum)
            {
                lines.AddRange(Enum.GetValuesAsUnderlyingType(type).Cast<int>().Order().Select(value => $"  {value} {Enum.GetName(type, value)}"));
            }
            else
            {
                lines.AddRange(Members(type).OrderBy(Id).Select(member => $"  {Id(member)} {member.Name}: {Name(((PropertyInfo)member).PropertyType)}"));
            }
        }

        lines.AddRange(typeof(MemoryRLHosting).Assembly.GetTypes()
            .Where(type => typeof(IGrainBase).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => $"grain {type.CustomAttributes.Single(attribute => attribute.AttributeType == typeof(GrainTypeAttribute)).ConstructorArguments[0].Value}")
            .Order(StringComparer.Ordinal));
        return lines;
    }

    private static IEnumerable<Type> Types() => typeof(IMemoryGrain).Assembly.GetTypes().Where(type => Alias(type) is not null && !type.Name.StartsWith('<') && type.IsPublic)
        .Append(typeof(GrainDocument));

    private static IEnumerable<MemberInfo> Members(Type type) =>
        type.IsInterface || type.IsEnum ? [] : type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).Where(property => property.IsDefined(typeof(IdAttribute)));

    private static string? Alias(MemberInfo member) => member.GetCustomAttributes<AliasAttribute>(inherit: false).SingleOrDefault()?.Alias;

    private static uint Id(MemberInfo member) => member.GetCustomAttribute<IdAttribute>()!.Id;

    private static string Name(Type type) => !type.IsGenericType ? type.Name : $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GenericTypeArguments.Select(Name))}>";
}
