using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The three products of a convolution by patches laid out as columns, image by image; a transposed convolution is the same three in other roles.</summary>
/// <remarks>Images don't depend on each other and are shared out over the threads; the gradient of the kernels sums over them in order.</remarks>
internal static class Convolutions
{
    /// <summary>[batch, groups outputs, places] from images [batch, groups channels, pixels] and kernels [groups outputs, patch].</summary>
    internal static TensorValue Apply(TensorValue images, TensorValue kernels, ConvolutionShape shape, int groups)
    {
        var result = TensorValue.Empty(images.Type, images.Shape[0], kernels.Shape[0], shape.OutputHeight, shape.OutputWidth);
        Run(images, kernels, result, shape, groups, ConvolutionPass.Forward);
        return result;
    }

    /// <summary>The images' gradient from the outputs' gradient: what a transposed convolution computes.</summary>
    internal static TensorValue Spread(TensorValue outputs, TensorValue kernels, ConvolutionShape shape, int groups)
    {
        var result = TensorValue.Empty(outputs.Type, outputs.Shape[0], groups * shape.Channels, shape.Height, shape.Width);
        Filling.Fill(result, 0);
        Run(result, kernels, outputs, shape, groups, ConvolutionPass.Spread);
        return result;
    }

    /// <summary>The kernels' gradient, of the kernels' shape, from images and the outputs' gradient.</summary>
    internal static TensorValue KernelGradient(TensorValue images, TensorValue outputs, long[] kernels, ConvolutionShape shape, int groups)
    {
        var result = TensorValue.Empty(images.Type, kernels);
        Filling.Fill(result, 0);
        Run(images, result, outputs, shape, groups, ConvolutionPass.Kernels);
        return result;
    }

    private static void Run(TensorValue images, TensorValue kernels, TensorValue outputs, ConvolutionShape shape, int groups, ConvolutionPass pass)
    {
        if (images.Count == 0 || outputs.Count == 0 || kernels.Count == 0)
        {
            return;
        }

        if (images.Type == ScalarType.Float32)
        {
            Run<float>(images, kernels, outputs, shape, groups, pass);
        }
        else
        {
            Run<double>(images, kernels, outputs, shape, groups, pass);
        }
    }

    private static unsafe void Run<T>(TensorValue images, TensorValue kernels, TensorValue outputs, ConvolutionShape shape, int groups, ConvolutionPass pass)
        where T : unmanaged, INumber<T>
    {
        fixed (T* pi = images.Span<T>(), pk = kernels.Span<T>(), po = outputs.Span<T>())
        {
            var work = new Images<T>(pi, pk, po, shape, groups, (int)kernels.Shape[0] / groups, pass);
            var batch = (int)outputs.Shape[0];
            if (pass == ConvolutionPass.Kernels)
            {
                work.Run(0, batch);
            }
            else
            {
                Slices.Run(batch, 1, work);
            }
        }
    }

    private readonly unsafe struct Images<T>(T* images, T* kernels, T* outputs, ConvolutionShape shape, int groups, int outputChannels, ConvolutionPass pass) : ISliceWork
        where T : unmanaged, INumber<T>
    {
        public void Run(int from, int to)
        {
            var (patch, places) = (shape.PatchSize, shape.Places);
            var pixels = shape.Channels * shape.Height * shape.Width;
            var scratch = StoragePool.Rent((long)patch * places * sizeof(T));
            var columns = scratch.Span<T>(0, (long)patch * places);
            for (var item = from * groups; item < to * groups; item++)
            {
                var group = item % groups;
                var image = new Span<T>(images + ((nint)item * pixels), pixels);
                var kernel = new Span<T>(kernels + ((nint)group * outputChannels * patch), outputChannels * patch);
                var output = new Span<T>(outputs + ((nint)item * outputChannels * places), outputChannels * places);
                var (wide, tall, turned) = (new MatrixLayout(places, 1), new MatrixLayout(patch, 1), new MatrixLayout(1, places));
                switch (pass)
                {
                    case ConvolutionPass.Forward:
                        shape.ToColumns<T>(image, columns);
                        Multiply(kernel, tall, columns, wide, output, outputChannels, places, patch, accumulate: false);
                        break;
                    case ConvolutionPass.Spread:
                        Multiply(kernel, new MatrixLayout(1, patch), output, wide, columns, patch, places, outputChannels, accumulate: false);
                        shape.AddColumns<T>(columns, image);
                        break;
                    default:
                        shape.ToColumns<T>(image, columns);
                        Multiply(output, wide, columns, turned, kernel, outputChannels, patch, places, accumulate: true);
                        break;
                }
            }

            scratch.Release();
        }

        private static void Multiply(Span<T> a, MatrixLayout left, Span<T> b, MatrixLayout right, Span<T> c, int m, int n, int k, bool accumulate)
        {
            if (typeof(T) == typeof(float))
            {
                Gemm.Multiply(Cast<float>(a), left, Cast<float>(b), right, Cast<float>(c), m, n, k, default, accumulate);
            }
            else
            {
                Gemm.Multiply(Cast<double>(a), left, Cast<double>(b), right, Cast<double>(c), m, n, k, accumulate);
            }
        }

        private static Span<TTo> Cast<TTo>(Span<T> span)
            where TTo : unmanaged => System.Runtime.InteropServices.MemoryMarshal.Cast<T, TTo>(span);
    }
}

/// <summary>Which of the three products.</summary>
internal enum ConvolutionPass
{
    /// <summary>Outputs from images and kernels.</summary>
    Forward,

    /// <summary>Images' gradient from outputs and kernels.</summary>
    Spread,

    /// <summary>Kernels' gradient from images and outputs.</summary>
    Kernels,
}
