using MemoryRL.Core;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Turns plans into messages and back; the bundle's bytes are shared, never copied.</summary>
internal static class PlanMessages
{
    /// <summary>Makes the message of a plan.</summary>
    /// <param name="planner">Who plans.</param>
    /// <param name="run">The planner's run.</param>
    /// <param name="plan">The plan.</param>
    /// <returns>The message.</returns>
    public static PlanRequest Write(string planner, Guid run, ValuePlan plan)
    {
        var settings = plan.Settings;
        return new PlanRequest(
            planner,
            run,
            plan.Version,
            plan.Algorithm,
            new Columns(ColumnsKind.Safetensors, 0, 1, plan.Bundle),
            new PlanSettingsMessage(
                settings.Discount, settings.MaxSteps, (int)settings.Estimator, settings.RewardScale, settings.RewardShift, settings.TruncationsTerminate, settings.RepeatsTerminalReward),
            plan.Steps);
    }

    /// <summary>Checks a message, every value of it but the bundle's.</summary>
    /// <param name="request">The message.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="InvalidInputException">A field of the message is missing.</exception>
    /// <exception cref="InvalidExperienceException">A value of the plan is not allowed.</exception>
    public static ValuePlan Read(PlanRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Planner))
        {
            throw new InvalidInputException("plan.planner", "the name of who plans", request.Planner is null ? "null" : $"'{request.Planner}'");
        }

        var settings = request.Settings ?? throw new InvalidInputException("plan.settings", "how to plan", "null");
        var plan = new ValuePlan(
            request.Version,
            request.Algorithm ?? "",
            request.Bundle.Data,
            new PlanSettings
            {
                Discount = settings.Discount,
                MaxSteps = settings.MaxSteps,
                Estimator = (PlanEstimator)settings.Estimator,
                RewardScale = settings.RewardScale,
                RewardShift = settings.RewardShift,
                TruncationsTerminate = settings.TruncationsTerminate,
                RepeatsTerminalReward = settings.RepeatsTerminalReward,
            },
            request.Steps);
        plan.Validate();
        return plan;
    }
}
