using System.Globalization;
using MemoryRL.Grains.Interfaces;

namespace MemoryRL.Grains;

/// <summary>Checks requests for samples.</summary>
internal static class SampleRequests
{
    // A batch of more rows is a mistake of its caller, and would be gathered in one turn.
    private const int MostRows = 1 << 24;

    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mostLength">The longest sequence that is served.</param>
    /// <param name="hasTargets">Whether the store keeps planned targets.</param>
    /// <exception cref="InvalidInputException">A value is not allowed; the message names it.</exception>
    public static void Check(SampleRequest request, int mostLength, bool hasTargets)
    {
        if (request.Count is < 1 or > MostRows)
        {
            throw new InvalidInputException("request.count", $"1 to {MostRows} rows", request.Count.ToString(CultureInfo.InvariantCulture));
        }

        if (request.SequenceLength < 1 || request.SequenceLength > mostLength)
        {
            throw new InvalidInputException("request.sequence_length", mostLength == 1 ? "1" : $"1 to {mostLength} steps", request.SequenceLength.ToString(CultureInfo.InvariantCulture));
        }

        if (request.TargetsOf is { } planner && (!hasTargets || request.SequenceLength > 1))
        {
            throw new InvalidInputException("request.targets_of", hasTargets ? "nobody, for sequences," : "nobody, since trajectory stores keep no targets,", $"'{planner}'");
        }

        if (request.Run is { } run && request.TargetsOf is null)
        {
            throw new InvalidInputException("request.run", "none without a planner whose run it is,", $"{run}");
        }
    }
}
