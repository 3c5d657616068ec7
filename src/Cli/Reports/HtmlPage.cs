using System.Net;
using System.Text;

namespace MemoryRL.Cli;

/// <summary>The frame of every page that the program writes: one file that needs no network, light, and fit for paper.</summary>
internal static class HtmlPage
{
    private const string Style = """
        :root { color-scheme: light; }
        body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: #222; background: #fff; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #ddd; padding-bottom: .2rem; }
        .outcome { font-size: 1.1rem; margin: 0 0 1.2rem; } .figures { display: grid; grid-template-columns: repeat(3, 1fr); gap: .6rem; margin: 1rem 0; padding: 0; list-style: none; }
        .figures li { border: 1px solid #ddd; border-radius: 6px; padding: .5rem .8rem; } .figures b { display: block; font-size: 1.35rem; line-height: 1.3; } .figures span { color: #666; font-size: .85rem; }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(380px, 1fr)); gap: .5rem 1.5rem; } figure { margin: 1rem 0; break-inside: avoid; } svg { width: 100%; height: auto; display: block; }
        table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; } th, td { padding: .25rem .5rem; border-bottom: 1px solid #e4e4e4; text-align: right; vertical-align: top; }
        th:first-child, td:first-child { text-align: left; } thead th { border-bottom: 1px solid #999; font-weight: 600; } table.facts td, table.facts th { text-align: left; } table.facts th { width: 14rem; font-weight: 600; }
        pre { background: #f5f5f5; padding: .7rem .9rem; border-radius: 6px; overflow-x: auto; font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; } code { overflow-wrap: anywhere; } footer { color: #666; font-size: .85rem; margin-top: 2.5rem; }
        @media print { .pair { grid-template-columns: 1fr 1fr; } body { font-size: 11pt; margin: 0; max-width: none; padding: 0; } figure, table, .figures { break-inside: avoid; } h2 { break-after: avoid; } pre { border: 1px solid #ccc; } @page { margin: 16mm; } }
        """;

    /// <summary>Starts a page.</summary>
    /// <param name="title">The title.</param>
    /// <param name="outcome">What came out, in one sentence.</param>
    /// <returns>The page so far.</returns>
    public static StringBuilder Begin(string title, string outcome)
    {
        var page = new StringBuilder();
        page.Append($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{Text(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        return page.Append($"<h1>{Text(title)}</h1>\n<p class=\"outcome\">{Text(outcome)}</p>\n");
    }

    /// <summary>Ends a page.</summary>
    /// <param name="page">The page so far.</param>
    /// <param name="note">What else lies beside it, as HTML.</param>
    /// <returns>The whole page.</returns>
    public static string End(StringBuilder page, string note) =>
        page.Append($"<footer>Written by memoryrl {Text(BuildInformation.Version)}. {note}</footer>\n</body>\n</html>\n").ToString();

    /// <summary>Adds a table of names and values.</summary>
    /// <param name="page">The page so far.</param>
    /// <param name="facts">The names and values, as plain text.</param>
    public static void AppendFacts(StringBuilder page, IEnumerable<(string Name, string Value)> facts)
    {
        page.Append("<table class=\"facts\">\n<tbody>\n");
        foreach (var (name, value) in facts)
        {
            page.Append($"<tr><th scope=\"row\">{Text(name)}</th><td>{Text(value)}</td></tr>\n");
        }

        page.Append("</tbody>\n</table>\n");
    }

    /// <summary>Adds the command that does it again.</summary>
    /// <param name="page">The page so far.</param>
    /// <param name="arguments">The program's arguments.</param>
    public static void AppendCommand(StringBuilder page, string arguments) => page.Append($"<pre>dotnet run -c Release --project src/Cli -- {Text(arguments)}</pre>\n");

    /// <summary>Writes plain text as HTML.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text with its special characters escaped.</returns>
    public static string Text(string text) => WebUtility.HtmlEncode(text);
}
