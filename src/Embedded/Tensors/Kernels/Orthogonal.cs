namespace TorchSharp;

/// <summary>Makes the columns of a tall matrix orthonormal.</summary>
internal static class Orthogonal
{
    /// <summary>Gram and Schmidt, modified and repeated once: orthogonal to working precision (Giraud et al. 2005). Columns of random numbers give uniform frames.</summary>
    internal static void Columns(Span<double> matrix, int rows, int columns)
    {
        for (var j = 0; j < columns; j++)
        {
            for (var pass = 0; pass < 2; pass++)
            {
                for (var k = 0; k < j; k++)
                {
                    var dot = 0.0;
                    for (var i = 0; i < rows; i++)
                    {
                        dot += matrix[(i * columns) + j] * matrix[(i * columns) + k];
                    }

                    for (var i = 0; i < rows; i++)
                    {
                        matrix[(i * columns) + j] -= dot * matrix[(i * columns) + k];
                    }
                }
            }

            var length = 0.0;
            for (var i = 0; i < rows; i++)
            {
                length += matrix[(i * columns) + j] * matrix[(i * columns) + j];
            }

            length = Math.Sqrt(length);
            for (var i = 0; i < rows; i++)
            {
                matrix[(i * columns) + j] /= length;
            }
        }
    }
}
