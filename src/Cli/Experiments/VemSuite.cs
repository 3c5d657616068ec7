using System.Collections.Immutable;
using System.Globalization;

namespace MemoryRL.Cli;

/// <summary>A table of an ablation: variants of one learner that differ in one setting.</summary>
/// <param name="Title">What differs.</param>
/// <param name="Rows">The setting's values, each with the method that has it.</param>
internal sealed record SuiteAblation(string Title, ImmutableArray<(string Setting, string Method)> Rows);

/// <summary>What <c>memoryrl experiment vem</c> runs: every data set, method, setting and number in one place.</summary>
/// <remarks>
/// All numbers are our choice but those of IQL on bodies and ant mazes, which are its authors' (algorithms.md 4.4; point mazes have none, and get those of bodies). AWR and TD3+BC have the defaults of their options, and IQL's rewards.
/// Widths of networks, batches and updates are the same for all methods. As in the authors' code VEM learns values first and the policy after them; each of its updates is one of the two, where one of IQL
/// is both; interleaved VEM, whose updates are both too, has half as many. Rewards of ant mazes are written differently for VEM and IQL, which has them in VEM's way too: it is the same task (<see cref="OfflineRewards.Hundred"/>).
/// </remarks>
internal sealed class VemSuite
{
    /// <summary>The method that the page is about.</summary>
    public const string Vem = "VEM";

    /// <summary>VEM without planning: expectile learning from one-step targets, each pair of heads from its own.</summary>
    public const string OneStep = "VEM, n-max 1";

    /// <summary>VEM whose actor's learning rate falls along half a cosine to 0, as IQL's does.</summary>
    public const string DecayingRate = "VEM, decaying rate";

    private const string Iql = "IQL";
    private const string IqlHundred = "IQL, rewards 0 and 100";
    private const string Clone = "BC";
    private const string CloneBest = "10 % BC";
    private const string Awr = "AWR";
    private const string Td3Bc = "TD3+BC";
    private const string Interleaved = "VEM, interleaved";
    private const string InterleavedTen = "VEM, interleaved, n-max 10";
    private const string InterleavedOne = "VEM, interleaved, n-max 1";
    private const string WholeRefresh = "VEM, whole refreshes";
    private const string WholeRefreshOne = "VEM, n-max 1, whole refreshes";
    private const string NoRefresh = "VEM, no refresh";
    private const string SingleEstimator = "VEM, single estimator";
    private const string QuantileLoss = "VEM, quantile loss";
    private const string SoftmaxWeights = "VEM, softmax weight";
    private const string LeakyReluWeights = "VEM, leaky ReLU weight";

    private const string MazeExpectile = "0.7";

    // The whole suite and the quick one differ in these alone.
    private static readonly VemSuite Whole = new()
    {
        Updates = 40_000,
        Evaluations = 10,
        EvaluationEpisodes = 10,
        FinalEpisodes = 100,
        Seeds = 3,
        SeedsOfLarge = 5,
        CoreDatasets =
        [
            "maze2d-umaze", "maze2d-medium", "maze2d-large", "antmaze-umaze-play", "antmaze-medium-play", "antmaze-large-play", "hopper-medium-replay", "walker2d-medium-replay",
        ],
        RivalDatasets = ["maze2d-large", "hopper-medium-replay"],
        AblationDatasets = ["maze2d-large", "antmaze-umaze-play"],
        Expectiles = ["0.1", "0.3", "0.5", "0.7", "0.9"],
        HasRefreshes = true,
    };

    private static readonly VemSuite Small = new()
    {
        IsQuick = true,
        Updates = 10_000,
        Evaluations = 5,
        EvaluationEpisodes = 10,
        FinalEpisodes = 50,
        Seeds = 2,
        SeedsOfLarge = 2,
        CoreDatasets = ["maze2d-umaze", "maze2d-medium"],
        RivalDatasets = [],
        AblationDatasets = ["maze2d-medium"],
        Expectiles = ["0.3", "0.7"],
    };

    private VemSuite()
    {
    }

    /// <summary>Gets the methods of the core table.</summary>
    public static ImmutableArray<string> CoreMethods { get; } = [Vem, OneStep, Iql, Clone, CloneBest];

    /// <summary>Gets VEM by how far it plans: one step ahead, ten, and to the episode's end. Values and policy are learned side by side, so that curves over updates show both.</summary>
    public static ImmutableArray<(string Setting, string Method)> Horizons { get; } = [("1", InterleavedOne), ("10", InterleavedTen), ("whole", Interleaved)];

    /// <summary>
    /// Gets VEM by how much of the memory is planned anew at each refresh: what the budget allows; all of it, as in the authors' code; or nothing before the
    /// last plan, so that values are learned from returns. Refreshes in part leave targets old, one-step targets more than planned ones: these tell the two apart.
    /// </summary>
    public static ImmutableArray<(string Setting, string Method)> Refreshes { get; } =
        [("in part", Vem), ("whole", WholeRefresh), ("none", NoRefresh), ("n-max 1, in part", OneStep), ("n-max 1, whole", WholeRefreshOne)];

    /// <summary>Gets the methods whose values are drawn over the mazes, each with its name in the pictures' files.</summary>
    public static ImmutableArray<(string Name, string Method)> Mapped { get; } = [("vem", Vem), ("one-step", OneStep)];

    /// <summary>Gets whether this is the small version.</summary>
    public bool IsQuick { get; private init; }

    /// <summary>Gets the gradient steps of every run but the interleaved ones.</summary>
    public required int Updates { get; init; }

    /// <summary>Gets the gradient steps of interleaved runs, each of them of values and actor, where one of two stages is of either: half as many are as much work.</summary>
    public int InterleavedUpdates => Updates / 2;

    /// <summary>Gets the evaluations on the way of every run.</summary>
    public required int Evaluations { get; init; }

    /// <summary>Gets the episodes of an evaluation on the way.</summary>
    public required int EvaluationEpisodes { get; init; }

    /// <summary>Gets the fresh episodes of a last policy's evaluation.</summary>
    public required int FinalEpisodes { get; init; }

    /// <summary>Gets the seeds of each method.</summary>
    public required int Seeds { get; init; }

    /// <summary>Gets the seeds of each of <see cref="MainMethods"/> on the large mazes.</summary>
    public required int SeedsOfLarge { get; init; }

    /// <summary>Gets the data sets of the core table.</summary>
    public required ImmutableArray<string> CoreDatasets { get; init; }

    /// <summary>Gets those of them on which AWR and TD3+BC are run too.</summary>
    public required ImmutableArray<string> RivalDatasets { get; init; }

    /// <summary>Gets the mazes of the ablations.</summary>
    public required ImmutableArray<string> AblationDatasets { get; init; }

    /// <summary>Gets the expectiles of the sweep, VEM's own on mazes among them.</summary>
    public required ImmutableArray<string> Expectiles { get; init; }

    /// <summary>Gets whether the ablations have all <see cref="Refreshes"/>, and not only VEM's own.</summary>
    public bool HasRefreshes { get; private init; }

    /// <summary>Gets the tables of the ablations.</summary>
    public ImmutableArray<SuiteAblation> Ablations =>
    [
        new("Expectile", [.. Expectiles.Select(expectile => (expectile, Sweep(expectile)))]),
        new("Schedule", [("two-stage", Vem), ("interleaved", Interleaved)]),
        new("Planning horizon (n-max), two-stage", [("1", OneStep), ("whole", Vem)]),
        new("Planning horizon (n-max), interleaved", Horizons),
        new("Estimator of the maximum", [("twin", Vem), ("single", SingleEstimator)]),
        new("Loss of the values", [("expectile", Vem), ("quantile", QuantileLoss)]),
        new("Weight of an action", [("exp", Vem), ("softmax", SoftmaxWeights), ("leaky-relu", LeakyReluWeights)]),
        .. HasRefreshes ? (SuiteAblation[])[new("Refreshes of the memory", Refreshes)] : [],
    ];

    /// <summary>Gets the methods that every data set has: those of the core table and, but for the small suite, VEM whose actor's rate falls as IQL's does.</summary>
    public ImmutableArray<string> MainMethods => IsQuick ? CoreMethods : CoreMethods.Insert(1, DecayingRate);

    /// <summary>Gets all runs, in the order in which they are begun: the first seed of everything first, so that each table has something early.</summary>
    public ImmutableArray<SuiteCell> Cells =>
    [
        .. CoreDatasets.SelectMany(dataset => MainMethods.SelectMany(method => Runs(dataset, method, dataset.Contains("large", StringComparison.Ordinal) ? SeedsOfLarge : Seeds)))
            .Concat(CoreDatasets.SelectMany(dataset => FurtherRivals(dataset).SelectMany(method => Runs(dataset, method, Seeds))))
            .Concat(AblationDatasets.SelectMany(dataset => Ablations.SelectMany(ablation => ablation.Rows).Select(row => row.Method).Distinct().Except(CoreMethods).SelectMany(method => Runs(dataset, method, Seeds))))
            .OrderBy(cell => cell.Seed),
    ];

    /// <summary>Chooses the suite.</summary>
    /// <param name="isQuick">Whether it is the small one.</param>
    /// <returns>The suite.</returns>
    public static VemSuite Of(bool isQuick) => isQuick ? Small : Whole;

    /// <summary>
    /// Says which methods a data set has besides those that all have: on <see cref="RivalDatasets"/> AWR and TD3+BC, and on ant mazes IQL with VEM's rewards,
    /// since values that begin at 0 begin 100 too high with its own.
    /// </summary>
    /// <param name="dataset">The data set's name.</param>
    /// <returns>The methods, each with <see cref="Seeds"/> runs.</returns>
    public ImmutableArray<string> FurtherRivals(string dataset) =>
        [.. RivalDatasets.Contains(dataset) ? (string[])[Awr, Td3Bc] : [], .. Family(dataset) == "antmaze" ? (string[])[IqlHundred] : []];

    /// <summary>Says of a data set which task its policies are judged in.</summary>
    /// <param name="dataset">The data set's name.</param>
    /// <returns>The task's name.</returns>
    public static string TaskOf(string dataset) => DatasetRecipes.Families.SelectMany(DatasetRecipes.Of).First(recipe => recipe.Name == dataset).Task;

    // As IQL's authors have it.
    private static string RewardsOf(string dataset) => Family(dataset) switch
    {
        "antmaze" => "minus-one",
        "maze2d" => "raw",
        _ => "locomotion",
    };

    // A quarter of all updates are of values.
    private ImmutableSortedDictionary<string, string> VemOptions(string dataset)
    {
        var options = ImmutableSortedDictionary<string, string>.Empty.Add("value-updates", (Updates / 4).ToString(CultureInfo.InvariantCulture)).Add("expectile", Family(dataset) is "antmaze" or "maze2d" ? MazeExpectile : "0.5");
        return Family(dataset) == "antmaze" ? options.Add("temperature", "0.1") : options;
    }

    private static ImmutableSortedDictionary<string, string> IqlOptions(string dataset) => Family(dataset) == "antmaze"
        ? ImmutableSortedDictionary<string, string>.Empty.Add("expectile", "0.9").Add("temperature", "10")
        : ImmutableSortedDictionary<string, string>.Empty.Add("expectile", "0.7").Add("temperature", "3");

    // The form has no limit: at the exponential form's temperature one step of a batch takes all the weight. With these as much of a batch is in effect (Kish) as with that form, about 0.1 and 0.5.
    private static string SoftmaxTemperature(string dataset) => Family(dataset) == "antmaze" ? "4" : "1";

    private static string Sweep(string expectile) => expectile == MazeExpectile ? Vem : $"VEM, expectile {expectile}";

    private SuiteCell Interleave(SuiteCell cell) => cell with { Updates = InterleavedUpdates, Options = cell.Options.Remove("value-updates").Add("schedule", "interleaved") };

    private static string Family(string dataset) => dataset[..dataset.IndexOf('-', StringComparison.Ordinal)];

    private IEnumerable<SuiteCell> Runs(string dataset, string method, int seeds) => Enumerable.Range(0, seeds).Select(seed => Run(dataset, method, seed));

    private SuiteCell Run(string dataset, string method, int seed)
    {
        var cell = new SuiteCell
        {
            Dataset = dataset,
            Task = TaskOf(dataset),
            Method = method,
            Algorithm = "vem",
            Seed = seed,
            Updates = Updates,
            Evaluations = Evaluations,
            EvaluationEpisodes = EvaluationEpisodes,
            FinalEpisodes = FinalEpisodes,
            Rewards = Family(dataset) == "antmaze" ? "hundred" : RewardsOf(dataset),
            Options = VemOptions(dataset),
        };
        return method switch
        {
            Vem => cell,
            OneStep => cell with { Options = cell.Options.SetItem("n-max", "1").SetItem("estimator", "single") },
            Interleaved => Interleave(cell),
            InterleavedTen => Interleave(cell with { Options = cell.Options.SetItem("n-max", "10") }),
            InterleavedOne => Interleave(cell with { Options = cell.Options.SetItem("n-max", "1").SetItem("estimator", "single") }),
            SingleEstimator => cell with { Options = cell.Options.SetItem("estimator", "single") },
            QuantileLoss => cell with { Options = cell.Options.SetItem("loss", "quantile") },
            SoftmaxWeights => cell with { Options = cell.Options.SetItem("weight", "softmax").SetItem("temperature", SoftmaxTemperature(dataset)) },
            LeakyReluWeights => cell with { Options = cell.Options.SetItem("weight", "leaky-relu") },
            WholeRefresh => cell with { Options = cell.Options.SetItem("planning-budget", "1") },
            WholeRefreshOne => cell with { Options = cell.Options.SetItem("planning-budget", "1").SetItem("n-max", "1").SetItem("estimator", "single") },
            NoRefresh => cell with { Options = cell.Options.SetItem("refresh-period", cell.Options["value-updates"]) },
            DecayingRate => cell with { Options = cell.Options.SetItem("actor-rate-decays", "true") },
            Iql => cell with { Algorithm = "iql", Rewards = RewardsOf(dataset), Options = IqlOptions(dataset) },
            IqlHundred => cell with { Algorithm = "iql", Options = IqlOptions(dataset) },
            Awr => cell with { Algorithm = "awr", Rewards = RewardsOf(dataset), Options = ImmutableSortedDictionary<string, string>.Empty },
            Td3Bc => cell with { Algorithm = "td3-bc", Rewards = RewardsOf(dataset), Options = ImmutableSortedDictionary<string, string>.Empty },
            Clone => cell with { Algorithm = "bc", Rewards = null, Options = ImmutableSortedDictionary<string, string>.Empty },
            CloneBest => cell with { Algorithm = "bc", Rewards = null, Options = ImmutableSortedDictionary<string, string>.Empty, Top = 0.1 },
            _ => cell with { Options = cell.Options.SetItem("expectile", Expectiles.Single(expectile => Sweep(expectile) == method)) },
        };
    }
}
