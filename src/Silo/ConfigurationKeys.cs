using System.Collections.Immutable;
using System.Reflection;
using MemoryRL.Grains;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;

namespace MemoryRL.Silo;

/// <summary>Knows every configuration key, so that a misspelt one is an error rather than a setting that does nothing.</summary>
internal static class ConfigurationKeys
{
    // Whose keys are free: log categories, and the providers of a real cluster, which Orleans itself checks.
    private static readonly ImmutableArray<string> FreeSections = ["Logging", "Orleans"];

    private static readonly ImmutableDictionary<string, Type> Sections = ImmutableDictionary.CreateRange(
        StringComparer.OrdinalIgnoreCase,
        [KeyValuePair.Create(MemoryRLOptions.SectionName, typeof(MemoryRLOptions)), KeyValuePair.Create(SiloOptions.SectionName, typeof(SiloOptions))]);

    /// <summary>Finds the keys that mean nothing here.</summary>
    /// <param name="configuration">The whole configuration; a foreign name in the environment is not looked at.</param>
    /// <returns>One message a key, which names it and the keys that there are.</returns>
    public static IEnumerable<string> FindUnknown(IConfigurationRoot configuration)
    {
        var ours = configuration.Providers.Where(provider => provider is JsonConfigurationProvider or CommandLineConfigurationProvider);
        var topLevel = ours.SelectMany(provider => provider.GetChildKeys([], null)).Distinct(StringComparer.OrdinalIgnoreCase);
        foreach (var key in topLevel.Where(key => !Sections.ContainsKey(key) && !FreeSections.Contains(key, StringComparer.OrdinalIgnoreCase)))
        {
            yield return $"{key}: unknown key; expected one of {string.Join(", ", Sections.Keys.Concat(FreeSections).Order())}.";
        }

        foreach (var (section, type) in Sections)
        {
            foreach (var message in FindUnknown(configuration.GetSection(section), type))
            {
                yield return message;
            }
        }
    }

    /// <summary>Lists every key with its default, for the help text.</summary>
    /// <returns>Keys such as <c>Silo:Url</c>, with the text of the default; empty for none.</returns>
    public static IEnumerable<(string Key, string Default)> List() =>
        Sections.OrderBy(section => section.Key, StringComparer.Ordinal).SelectMany(section => List(section.Key, section.Value));

    private static IEnumerable<(string Key, string Default)> List(string section, Type type)
    {
        var defaults = Activator.CreateInstance(type);
        foreach (var property in Settable(type))
        {
            var key = $"{section}:{property.Name}";
            if (IsSection(property.PropertyType))
            {
                foreach (var inner in List(key, property.PropertyType))
                {
                    yield return inner;
                }
            }
            else
            {
                yield return (key, property.GetValue(defaults)?.ToString() ?? "");
            }
        }
    }

    private static IEnumerable<string> FindUnknown(IConfigurationSection section, Type type)
    {
        var known = Settable(type).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out var property))
            {
                yield return $"{child.Path}: unknown key; expected one of {string.Join(", ", known.Values.Select(entry => entry.Name))}.";
            }
            else if (IsSection(property.PropertyType))
            {
                foreach (var message in FindUnknown(child, property.PropertyType))
                {
                    yield return message;
                }
            }
        }
    }

    private static IEnumerable<PropertyInfo> Settable(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true });

    private static bool IsSection(Type type) => type.IsClass && type != typeof(string);
}
