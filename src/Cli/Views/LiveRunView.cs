using Spectre.Console;
using Spectre.Console.Rendering;

namespace MemoryRL.Cli;

/// <summary>Shows a run as one panel that is drawn anew four times a second, for a reader at a terminal.</summary>
/// <param name="console">The terminal.</param>
internal sealed class LiveRunView(IAnsiConsole console) : IRunView
{
    private const int CurveWidth = 50;
    private const string CurveLevels = "▁▂▃▄▅▆▇█";
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<double> _successRates = [];
    private LiveDisplayContext? _context;
    private Task _live = Task.CompletedTask;
    private RunParameters? _parameters;

    /// <inheritdoc/>
    public TimeSpan Period { get; } = TimeSpan.FromSeconds(0.25);

    /// <inheritdoc/>
    public void Begin(RunParameters parameters, RunFolder folder, bool isResumed)
    {
        _parameters = parameters;
        console.WriteLine($"run folder: {folder.FullPath}{(isResumed ? " (resumed)" : "")}");
        console.WriteLine("Ctrl-C stops in order; --resume goes on from there.");
        var started = new ManualResetEventSlim();
        _live = console.Live(new Text("starting ...")).AutoClear(false).StartAsync(context =>
        {
            _context = context;
            started.Set();
            return _ended.Task;
        });
        started.Wait();
    }

    /// <inheritdoc/>
    public void Show(RunReport report)
    {
        if (double.IsFinite(report.SuccessRate))
        {
            _successRates.Add(report.SuccessRate);
        }

        _context?.UpdateTarget(Render(report));
    }

    /// <inheritdoc/>
    public void Note(string line) => console.WriteLine(line);

    /// <inheritdoc/>
    public void End()
    {
        _ended.TrySetResult();
        _live.GetAwaiter().GetResult();
    }

    private static string Bar(double share, int width)
    {
        var filled = double.IsFinite(share) ? (int)Math.Round(Math.Clamp(share, 0, 1) * width) : 0;
        return new string('█', filled) + new string('░', width - filled);
    }

    private Panel Render(RunReport report)
    {
        var parameters = _parameters!;
        var content = new Rows(
            Success(report),
            new Text(""),
            Numbers(report),
            new Text($"losses   {(ReportText.Losses(report) is { Length: > 0 } losses ? losses : "-")}") { Overflow = Overflow.Ellipsis },
            new Text($"learner  {(report.LearnerWaits is { } reason ? $"waits: {reason}" : "trains")}") { Overflow = Overflow.Ellipsis });
        return new Panel(content)
        {
            Header = new PanelHeader($" {parameters.Agents} agents on [bold]{Markup.Escape(parameters.Task)}[/] with [bold]{Markup.Escape(parameters.Algorithm)}[/] "),
            Border = BoxBorder.Rounded,
            Padding = new Padding(1, 0),
        };
    }

    private Grid Success(RunReport report)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Width(9).PadLeft(0).PadRight(1)).AddColumn(new GridColumn().NoWrap().PadLeft(0));
        grid.AddRow(new Markup("[bold]success[/]"), new Markup($"[green]{Bar(report.SuccessRate, CurveWidth)}[/] [bold]{ReportText.Percent(report.SuccessRate)}[/]"));
        grid.AddRow(new Markup("random"), new Markup($"[grey]{Bar(report.RandomSuccessRate, CurveWidth)} {ReportText.Percent(report.RandomSuccessRate)}[/]"));
        grid.AddRow(new Markup("so far"), new Markup($"[green]{Curve()}[/]"));
        return grid;
    }

    private string Curve()
    {
        var points = Math.Min(CurveWidth, _successRates.Count);
        return string.Create(points, this, static (text, view) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var rate = view._successRates[(int)((long)(i + 1) * view._successRates.Count / text.Length) - 1];
                text[i] = CurveLevels[(int)Math.Clamp(rate * CurveLevels.Length, 0, CurveLevels.Length - 1)];
            }
        });
    }

    private static Grid Numbers(RunReport report)
    {
        var grid = new Grid();
        foreach (var width in (ReadOnlySpan<int>)[9, 26, 10, 25])
        {
            grid.AddColumn(new GridColumn().NoWrap().Width(width).PadLeft(0).PadRight(1));
        }

        grid.AddRow(Cells("time", ReportText.Duration(report.ElapsedSeconds), "memory", ReportText.Fill(report.Memory)));
        grid.AddRow(Cells("steps", $"{ReportText.Count(report.Steps)} ({ReportText.Count(report.StepsPerSecond)}/s)", "successes", ReportText.Fill(report.Success)));
        grid.AddRow(Cells("episodes", ReportText.Count(report.Episodes), "failures", ReportText.Fill(report.Failure)));
        grid.AddRow(Cells("return", ReportText.Number(report.MeanReturn), "updates", ReportText.Count(report.Updates)));
        grid.AddRow(Cells("length", $"{ReportText.Number(report.MeanLength)} steps", "policy", $"v{report.PolicyVersion}, {ReportText.Number(report.PolicyAgeSeconds)} s old"));
        grid.AddRow(Cells("advice", $"{ReportText.Percent(report.AdviceShare)} of the steps", "", ""));
        return grid;
    }

    private static IRenderable[] Cells(string leftName, string left, string rightName, string right) =>
        [new Markup($"[grey]{leftName}[/]"), new Text(left), new Markup($"[grey]{rightName}[/]"), new Text(right)];
}
