using MemoryRL.Core;

namespace MemoryRL.Learning;

/// <summary>Encodes single steps of a batch of transitions.</summary>
/// <param name="observation">The observations' encoder.</param>
/// <param name="action">The actions' encoder.</param>
internal sealed class StepFeatures(ObservationEncoder observation, ActionEncoder action)
{
    /// <summary>Encodes a step's observation and action into two columns.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="step">The step.</param>
    /// <param name="observations">Receives the observation, <c>[B, features]</c>.</param>
    /// <param name="actions">Receives the action, <c>[B, width]</c>.</param>
    /// <param name="row">The row that receives them.</param>
    public void Encode(TransitionBatch batch, int step, Span<float> observations, Span<float> actions, int row)
    {
        EncodeObservation(batch, step, observations.Slice(row * observation.FeatureCount, observation.FeatureCount));
        EncodeAction(batch, step, actions.Slice(row * action.Width, action.Width));
    }

    /// <summary>Encodes a step's observation and action side by side.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="step">The step.</param>
    /// <param name="row">Receives both, <c>[features + width]</c>.</param>
    public void EncodePair(TransitionBatch batch, int step, Span<float> row)
    {
        EncodeObservation(batch, step, row[..observation.FeatureCount]);
        EncodeAction(batch, step, row[observation.FeatureCount..]);
    }

    private void EncodeObservation(TransitionBatch batch, int step, Span<float> features) =>
        observation.Encode(batch.Observations.Slice(step * observation.ByteCount, observation.ByteCount), features);

    private void EncodeAction(TransitionBatch batch, int step, Span<float> features) =>
        action.Encode(batch.Actions.Slice(step * action.ByteCount, action.ByteCount), features);
}
