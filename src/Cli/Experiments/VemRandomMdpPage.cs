using System.Text;

namespace MemoryRL.Cli;

/// <summary>Writes the page about the experiment <c>vem-random-mdp</c> in Markdown.</summary>
internal static class VemRandomMdpPage
{
    /// <summary>Writes the page and its pictures beside it.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="path">The page's file; the pictures' names begin with its own.</param>
    public static void Save(VemRandomMdpResult result, string path)
    {
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        var name = Path.GetFileNameWithoutExtension(full);
        _ = Directory.CreateDirectory(folder);
        var pictures = VemRandomMdpPictures.Draw(result);
        foreach (var picture in pictures)
        {
            WholeFile.Replace(Path.Combine(folder, $"{name}-{picture.Name}.svg"), picture.Svg);
        }

        var links = pictures.ToDictionary(picture => picture.Name, picture => $"![{picture.Description}]({name}-{picture.Name}.svg)");
        WholeFile.Replace(full, Write(result, links, path));
    }

    private static string Write(VemRandomMdpResult result, Dictionary<string, string> pictures, string path)
    {
        var options = result.Options;
        var page = new StringBuilder();
        page.Append($"""
            # VEM's operators on random processes

                dotnet run -c Release --project src/Cli -- experiment vem-random-mdp --mdps {options.Mdps} --seed {options.Seed} --trajectories {options.Trajectories}{(options.Mdp.IsStochastic ? " --stochastic" : "")} --report {path}

            {options.Mdps:#,0} random processes, {options.Trajectories:#,0} trajectories for each variance, seed {options.Seed}. Written by that command; the same command gives the same page. Every figure is a mean
            over processes ± its standard error{(result.HasReference ? $"; in brackets stands what an independent implementation of the same definitions measured (over {VemRandomMdpReference.Mdps} processes, {VemRandomMdpReference.NoiseMdps} under noise)" : "")}.

            ## Judged

            """);
        Append(page, VemRandomMdpTables.Verdicts(result));
        AppendDisagreements(page, VemRandomMdpTables.Disagreements(result));
        page.Append($"""

            ## What is measured
            A process has {options.Mdp.StateCount} states, {options.Mdp.ActionCount} actions, discount {options.Mdp.Discount}, rewards uniform in [0, 1), {(options.Mdp.IsStochastic ? "and next states drawn by normalised uniform weights" : "and one next state for every state and action, the argmax of uniform draws")};
            it never ends, so that a trajectory is cut where its longest rollout ends. The one-step operator is the gradient expectile operator (Eq. 3, recalled) at its largest step `alpha_0 = 1 / (2 max(tau, 1 - tau))`; VEM's
            operator takes, for every state, the largest of following the behaviour for 0 to n - 1 steps before it. From values of 0:
            **bias** `max |V* - V_tau|` of the fixed point, **span of bias** the range of that difference over the states, **contraction** `max |T V_0 - V_tau| / max |V_0 - V_tau|`, **variance** the mean of
            `(estimate from one trajectory - T V_0)^2` over uniform starts. The definitions are those of the official toy code; fixed points are found to 1e-10 rather than its 1e-6.

            ## Longer rollouts: the same fixed point, reached faster, at more variance
            The behaviour is `softmax(Q*)` without action 0, so that the optimum is out of reach and the bias never vanishes.

            {pictures["steps"]}


            """);
        Append(page, VemRandomMdpTables.Steps(result));
        page.Append($"""

            ## Better behaviours: less bias, faster, at less variance
            The behaviour is `softmax(Q* / a)`, from nearly optimal (0.1) to nearly uniform (3); rollouts of up to {VemRandomMdpOptions.BehaviorSteps} steps.

            {pictures["behaviors"]}


            """);
        Append(page, VemRandomMdpTables.Behaviors(result));
        page.Append($"""

            ## Noisy values: which expectile is best
            The paper states that a properly chosen expectile is best and one near 1 overestimates; the design is ours. A uniform behaviour; in each of {VemRandomMdpOptions.NoisyIterations} applications every backed-up value gets fresh
            normal noise; the values of the second half are averaged. First the largest error over the states, `max |mean V - V*|`, of the exact expectile operator (Eq. 2, recalled); * marks the least of a row.

            {pictures["noise"]}


            """);
        Append(page, VemRandomMdpTables.Noise(result, VemStudy.ExactNoise, VemMeasure.LargestError));
        page.Append("\nThe mean error over the states, `mean(mean V - V*)`: below 0 pessimistic, above 0 overestimating.\n\n");
        Append(page, VemRandomMdpTables.Noise(result, VemStudy.ExactNoise, VemMeasure.MeanError));
        page.Append("\nThe largest error of the one-step gradient operator at its largest step, and of Bellman's optimality operator.\n\n");
        Append(page, VemRandomMdpTables.Noise(result, VemStudy.GradientNoise, VemMeasure.LargestError));
        page.Append($"""

            ## Double estimation
            Candidates that are all worth 0, each with two independent estimates from a standard normal distribution, {VemRandomMdpOptions.Estimates:#,0} times; the softmax has temperature 1. The official repository's history compares these four
            estimators in a notebook; the noise and the temperature are our choice. VEM's twin targets choose a rollout's length with one pair of values and value it with the other for this reason. The price is in the deviations: the
            double estimates are right on average and scatter as much as a single one.

            {pictures["double"]}


            """);
        Append(page, VemRandomMdpTables.Maxima(result));
        return page.ToString();
    }

    private static void AppendDisagreements(StringBuilder page, TextTable table)
    {
        if (table.Rows.Count > 0)
        {
            page.Append($"\nMeans further than {100 * VemRandomMdpJudgement.Agreement:0} % from the other implementation's, which measured few processes: its standard errors are not known and are taken to be ours, scaled to its number of processes. The last column takes nothing for granted: of the groups of as many of our own processes as the other implementation had, it counts those whose mean is as far from the mean of all. Where a few of them are, the difference is what so few processes scatter by. Neighbouring figures come from the same processes, so they err together.\n\n");
            Append(page, table);
        }
    }

    private static void Append(StringBuilder page, TextTable table)
    {
        foreach (var line in table.Markdown())
        {
            page.Append(line).Append('\n');
        }
    }
}
