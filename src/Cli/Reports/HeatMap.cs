namespace MemoryRL.Cli;

/// <summary>A picture of numbers over a plane, described without a pixel.</summary>
/// <param name="Title">The title.</param>
/// <param name="ScaleLabel">What the numbers are, with their unit.</param>
/// <param name="Values">The numbers, <c>[row, column]</c> from the top left; NaN where there is a wall.</param>
/// <param name="Goal">The goal's place in rows and columns, such as (0.5, 0.5) for the middle of the first square.</param>
internal sealed record HeatMap(string Title, string ScaleLabel, double[,] Values, (double Row, double Column) Goal);
