using System.Globalization;
using System.Text.RegularExpressions;

namespace MemoryRL.House.Tests;

/// <summary>The event ids of the logs: a number is one event, and its thousands say which part of the house speaks.</summary>
public sealed partial class LogTests
{
    private const int Storage = 5;

    // The thousands of each folder's events; what is kept on disk is spoken of under storage, wherever it happens.
    private static readonly (string Folder, int[] Thousands)[] Ranges =
    [
        ("/src/Grains/Memories/", [1, Storage]),
        ("/src/Grains/Trajectories/", [2, Storage]),
        ("/src/Grains/Learners/", [4, Storage]),
        ("/src/Grains/Policies/", [4, Storage]),
        ("/src/Grains/Storage/", [Storage]),
        ("/src/Client/", [6]),
        ("/src/Cli/", [6]),
        ("/src/Grains/Hosting/", [9]),
        ("/src/Silo/", [9]),
        ("/src/Embedded/Runtime/", [9]),
    ];

    [Fact]
    public void Every_log_event_has_an_id_of_its_own()
    {
        var ids = Events().Select(logged => logged.Id).ToArray();

        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(id => id).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void Every_log_event_lies_in_the_range_of_its_part() =>
        Assert.DoesNotContain(Events(), logged => !ThousandsOf(logged.Path).Contains(logged.Id / 1000));

    [Fact]
    public void Every_log_message_is_found_with_its_id() =>
        Assert.Equal(Sources().Sum(source => Attribute().Count(source.Text)), Events().Count());

    private static int[] ThousandsOf(string path) =>
        Ranges.FirstOrDefault(range => path.Contains(range.Folder, StringComparison.Ordinal)).Thousands ?? [];

    private static IEnumerable<(string Path, int Id)> Events() =>
        from source in Sources()
        from Match match in EventIdentifier().Matches(source.Text)
        select (source.Path, int.Parse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture));

    private static IEnumerable<(string Path, string Text)> Sources() =>
        Repository.SourceFiles("src", "*.cs").Select(path => (path.Replace('\\', '/'), File.ReadAllText(path)));

    [GeneratedRegex(@"\[LoggerMessage\b")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\[LoggerMessage\(\s*EventId = (?<id>\d+)\b")]
    private static partial Regex EventIdentifier();
}
