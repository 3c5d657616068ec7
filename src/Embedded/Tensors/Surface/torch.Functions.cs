namespace TorchSharp;

public static partial class torch
{
    /// <summary>The absolute value.</summary>
    public static Tensor abs(Tensor input) => input.abs();

    /// <summary>e to the power of every element.</summary>
    public static Tensor exp(Tensor input) => input.exp();

    /// <summary>The natural logarithm.</summary>
    public static Tensor log(Tensor input) => input.log();

    /// <summary>The hyperbolic tangent.</summary>
    public static Tensor tanh(Tensor input) => input.tanh();

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static Tensor sigmoid(Tensor input) => input.sigmoid();

    /// <summary>The square root.</summary>
    public static Tensor sqrt(Tensor input) => input.sqrt();

    /// <summary>The square.</summary>
    public static Tensor square(Tensor input) => input.square();

    /// <summary>The negative.</summary>
    public static Tensor neg(Tensor input) => input.neg();

    /// <summary>-1, 0 or 1.</summary>
    public static Tensor sign(Tensor input) => input.sign();

    /// <summary>Where an element is not a number.</summary>
    public static Tensor isnan(Tensor input) => input.isnan();

    /// <summary>Where an element is infinite.</summary>
    public static Tensor isinf(Tensor tensor) => tensor.isinf();

    /// <summary>Where an element is zero.</summary>
    public static Tensor logical_not(Tensor input) => input.logical_not();

    /// <summary>Where the largest of all elements first stands.</summary>
    public static Tensor argmax(Tensor input) => input.argmax();

    /// <summary>Where the smallest of all elements first stands.</summary>
    public static Tensor argmin(Tensor input) => input.argmin();

    /// <summary>The largest of all elements.</summary>
    public static Tensor max(Tensor input) => input.max();

    /// <summary>The smallest of all elements.</summary>
    public static Tensor min(Tensor input) => input.min();

    /// <summary>The mean of all elements.</summary>
    public static Tensor mean(Tensor input) => input.mean();

    /// <summary>Where an element is neither infinite nor not-a-number.</summary>
    public static Tensor isfinite(Tensor tensor) => tensor.isfinite();

    /// <summary>max(x, 0).</summary>

    /// <summary>Sum, with broadcasting.</summary>
    public static Tensor add(Tensor left, Tensor right) => left.add(right);

    /// <summary>Sum with a number.</summary>
    public static Tensor add(Tensor left, Scalar right) => left.add(right);

    /// <summary>Difference, with broadcasting.</summary>
    public static Tensor sub(Tensor left, Tensor right) => left.sub(right);

    /// <summary>Difference with a number.</summary>
    public static Tensor sub(Tensor left, Scalar right) => left.sub(right);

    /// <summary>Product, with broadcasting.</summary>
    public static Tensor mul(Tensor left, Tensor right) => left.mul(right);

    /// <summary>Product with a number.</summary>
    public static Tensor mul(Tensor left, Scalar right) => left.mul(right);

    /// <summary>Quotient, with broadcasting.</summary>
    public static Tensor div(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);

    /// <summary>Every element to a power.</summary>
    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);

    /// <summary>Every element to its own power.</summary>
    public static Tensor pow(Tensor left, Tensor exponent) => left.pow(exponent);

    /// <summary>Compares element by element.</summary>
    public static Tensor eq(Tensor left, Tensor right) => left.eq(right);

    /// <summary>Compares element by element.</summary>
    public static Tensor ne(Tensor left, Tensor right) => left.ne(right);

    /// <summary>Compares element by element.</summary>
    public static Tensor lt(Tensor left, Tensor right) => left.lt(right);

    /// <summary>Compares element by element.</summary>
    public static Tensor le(Tensor left, Tensor right) => left.le(right);

    /// <summary>Compares element by element.</summary>
    public static Tensor gt(Tensor left, Tensor right) => left.gt(right);

    /// <summary>Compares element by element.</summary>
    public static Tensor ge(Tensor left, Tensor right) => left.ge(right);

    /// <summary>Joins truth values element by element.</summary>
    public static Tensor logical_and(Tensor left, Tensor right) => left.logical_and(right);

    /// <summary>Joins truth values element by element.</summary>
    public static Tensor logical_or(Tensor left, Tensor right) => left.logical_or(right);

    /// <summary>The larger of two elements.</summary>
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    /// <summary>The smaller of two elements.</summary>
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    /// <summary>The larger of two elements.</summary>
    public static Tensor max(Tensor input, Tensor other) => input.max(other);

    /// <summary>The smaller of two elements.</summary>
    public static Tensor min(Tensor input, Tensor other) => input.min(other);

    /// <summary>The largest along a dimension, and where each first stands.</summary>
    public static (Tensor values, Tensor indices) max(Tensor input, long dim, bool keepdim = false) => input.max(dim, keepdim);

    /// <summary>Where the largest along a dimension first stands.</summary>
    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);

    /// <summary>The smallest along a dimension, and where each first stands.</summary>
    public static (Tensor values, Tensor indices) min(Tensor input, long dim, bool keepdim = false) => input.min(dim, keepdim);

    /// <summary>Where the smallest along a dimension first stands.</summary>
    public static Tensor argmin(Tensor input, long dim, bool keepdim = false) => input.argmin(dim, keepdim);

    /// <summary>Limits every element to [min, max].</summary>
    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);

    /// <summary>Raises every element to at least min.</summary>
    public static Tensor clamp_min(Tensor input, Scalar min) => input.clamp_min(min);

    /// <summary>Lowers every element to at most max.</summary>
    public static Tensor clamp_max(Tensor input, Scalar max) => input.clamp_max(max);

    /// <summary>x where the condition holds, y elsewhere.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => new(Operations.Where(condition.Value, x.Value, y.Value));

    /// <summary>The sum of all elements.</summary>
    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);

    /// <summary>The sum along a dimension.</summary>
    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);

    /// <summary>The mean along the dimensions.</summary>
    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) => input.mean(dimensions, keepdim, type);

    /// <summary>The standard deviation of all elements.</summary>
    public static Tensor std(Tensor input, bool unbiased = true) => input.std(unbiased);

    /// <summary>The standard deviation along a dimension.</summary>
    public static Tensor std(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.std(dimensions, unbiased, keepdim, type);

    /// <summary>The variance of all elements.</summary>
    public static Tensor var(Tensor input, bool unbiased = true) => input.var(unbiased);

    /// <summary>The variance along a dimension.</summary>
    public static Tensor var(Tensor input, long dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => input.var(dimensions, unbiased, keepdim, type);

    /// <summary>Matrix product of vectors, matrices or batches of matrices.</summary>
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    /// <summary>Matrix product of two matrices.</summary>
    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);

    /// <summary>exp(x) / sum exp(x) along a dimension.</summary>
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    /// <summary>log sum exp(x) along a dimension.</summary>
    public static Tensor logsumexp(Tensor input, long dim, bool keepdim = false) => input.logsumexp(dim, keepdim);

    /// <summary>One element for each index along a dimension.</summary>
    public static Tensor gather(Tensor input, long dim, Tensor index) => input.gather(dim, index);

    /// <summary>The elements of a dimension that a vector of indices names.</summary>
    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);

    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => new(Operations.Cat([.. tensors.Select(static t => t.Value)], dim));

    /// <summary>At most so many parts of one size along a dimension, the last one smaller where they don't come out even.</summary>
    public static Tensor[] chunk(Tensor input, long chunks, long dim = 0) => input.chunk(chunks, dim);

    /// <summary>Tensors one after another along a dimension.</summary>
    public static Tensor cat(Tensor[] tensors, long dim = 0) => new(Operations.Cat([.. tensors.Select(static t => t.Value)], dim));

    /// <summary>Tensors of one shape side by side in a new dimension.</summary>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => new(Operations.Stack([.. tensors.Select(static t => t.Value)], dim));

    /// <summary>Draws indices by the weights in each row.</summary>
    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) => input.multinomial(num_samples, replacement, generator);

    /// <summary>Views of all tensors in their common shape.</summary>
    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => Operations.BroadcastAll([.. tensors.Select(static t => t.Value)]).ConvertAll(static v => new Tensor(v));

    /// <summary>Whether every element is close to the other's.</summary>
    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) => tensor.allclose(target, rtol, atol, equal_nan);
}
