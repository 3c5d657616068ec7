namespace MemoryRL.Core;

/// <summary>
/// A learner whose targets are planned inside the memory (<see cref="DataRequest.Planned"/>). Whoever feeds it plans the memory with
/// <see cref="Plan"/> before the first feeding, and again before the next one whenever the plan's version has changed: no batch is drawn in
/// between. A resumed learner has the plan of its checkpoint.
/// </summary>
public interface IPlanningLearner : IValueLearner
{
    /// <summary>Gets the plan that the next batch's targets are to be of.</summary>
    ValuePlan Plan { get; }
}
