namespace TorchSharp;

/// <summary>A two-dimensional convolution: images [batch, channels, height, width] under kernels of some size, step, border and spacing.</summary>
internal readonly record struct ConvolutionShape(
    int Channels, int Height, int Width, int KernelHeight, int KernelWidth, int StrideY, int StrideX, int PaddingY, int PaddingX, int DilationY, int DilationX)
{
    internal int OutputHeight => Outputs(Height, KernelHeight, StrideY, PaddingY, DilationY);

    internal int OutputWidth => Outputs(Width, KernelWidth, StrideX, PaddingX, DilationX);

    /// <summary>Numbers under one place of the kernel.</summary>
    internal int PatchSize => Channels * KernelHeight * KernelWidth;

    internal int Places => OutputHeight * OutputWidth;

    /// <summary>The patches of one image as columns: [channels kernelHeight kernelWidth, outputHeight outputWidth], zeros beyond the border.</summary>
    internal void ToColumns<T>(ReadOnlySpan<T> image, Span<T> columns)
        where T : unmanaged
    {
        var (outputHeight, outputWidth) = (OutputHeight, OutputWidth);
        var row = 0;
        for (var channel = 0; channel < Channels; channel++)
        {
            for (var ky = 0; ky < KernelHeight; ky++)
            {
                for (var kx = 0; kx < KernelWidth; kx++, row++)
                {
                    var (first, last) = Inside(kx);
                    for (var oy = 0; oy < outputHeight; oy++)
                    {
                        var line = columns.Slice((row * outputHeight * outputWidth) + (oy * outputWidth), outputWidth);
                        var y = (oy * StrideY) - PaddingY + (ky * DilationY);
                        if (y < 0 || y >= Height || first >= last)
                        {
                            line.Clear();
                            continue;
                        }

                        line[..first].Clear();
                        line[last..].Clear();
                        var from = image.Slice(((channel * Height) + y) * Width, Width);
                        var x = (first * StrideX) - PaddingX + (kx * DilationX);
                        if (StrideX == 1)
                        {
                            from.Slice(x, last - first).CopyTo(line[first..]);
                            continue;
                        }

                        for (var ox = first; ox < last; ox++, x += StrideX)
                        {
                            line[ox] = from[x];
                        }
                    }
                }
            }
        }
    }

    /// <summary>Adds every column back to where its numbers came from.</summary>
    internal void AddColumns<T>(ReadOnlySpan<T> columns, Span<T> image)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var (outputHeight, outputWidth) = (OutputHeight, OutputWidth);
        var row = 0;
        for (var channel = 0; channel < Channels; channel++)
        {
            for (var ky = 0; ky < KernelHeight; ky++)
            {
                for (var kx = 0; kx < KernelWidth; kx++, row++)
                {
                    var (first, last) = Inside(kx);
                    for (var oy = 0; oy < outputHeight; oy++)
                    {
                        var y = (oy * StrideY) - PaddingY + (ky * DilationY);
                        if (y < 0 || y >= Height || first >= last)
                        {
                            continue;
                        }

                        var line = columns.Slice((row * outputHeight * outputWidth) + (oy * outputWidth), outputWidth);
                        var to = image.Slice(((channel * Height) + y) * Width, Width);
                        var x = (first * StrideX) - PaddingX + (kx * DilationX);
                        for (var ox = first; ox < last; ox++, x += StrideX)
                        {
                            to[x] += line[ox];
                        }
                    }
                }
            }
        }
    }

    private static int Outputs(int size, int kernel, int stride, int padding, int dilation) => ((size + (2 * padding) - (dilation * (kernel - 1)) - 1) / stride) + 1;

    /// <summary>The outputs whose number under a column of the kernel lies inside the image.</summary>
    private (int First, int Last) Inside(int kx)
    {
        var shift = PaddingX - (kx * DilationX);
        var first = Math.Clamp((shift + StrideX - 1) / StrideX, 0, OutputWidth);
        var last = Width + shift <= 0 ? 0 : Math.Clamp((Width + shift + StrideX - 1) / StrideX, 0, OutputWidth);
        return shift <= 0 ? (0, last) : (first, last);
    }
}
