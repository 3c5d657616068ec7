namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        /// <summary>Schedules of learning rates: call <see cref="LRScheduler.step()"/> after the optimiser's step.</summary>
        public static partial class lr_scheduler
        {
            /// <summary>Sets the learning rates of an optimiser's groups, epoch by epoch.</summary>
            public abstract class LRScheduler
            {
                /// <summary>Counts the calls of <see cref="step()"/>, the one at the start included.</summary>
                protected int _step_count;

                private readonly ILearningRateController[] _groups;

                /// <summary>A schedule of an optimiser's groups.</summary>
                /// <exception cref="ArgumentException">last_epoch is not -1: the managed engine's schedules start with their optimiser.</exception>
                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    if (last_epoch != -1)
                    {
                        throw new ArgumentException($"last_epoch: the managed engine's schedules start at -1, got {last_epoch}", nameof(last_epoch));
                    }

                    IsVerbose = verbose;
                    _groups = [.. optimizer.ParamGroups];
                    foreach (var group in _groups)
                    {
                        group.InitialLearningRate = group.LearningRate;
                    }
                }

                internal int Epoch { get; private set; } = -1;

                internal bool IsVerbose { get; }

                internal IReadOnlyList<double> StartRates => [.. _groups.Select(static group => group.InitialLearningRate)];

                internal IReadOnlyList<double> Rates => [.. _groups.Select(static group => group.LearningRate)];

                /// <summary>Goes to the next epoch.</summary>
                public virtual void step()
                {
                    Epoch++;
                    _step_count++;
                    var rates = get_lr().ToArray();
                    for (var i = 0; i < _groups.Length; i++)
                    {
                        _groups[i].LearningRate = rates[i];
                        if (IsVerbose)
                        {
                            Console.WriteLine($"Adjusting learning rate of group {i} to {rates[i]}");
                        }
                    }
                }

                /// <summary>The rates that the last step set, group by group.</summary>
                public IEnumerable<double> get_last_lr() => Rates;

                /// <summary>The rates of the current epoch, group by group.</summary>
                protected virtual IEnumerable<double> get_lr() => Rates;
            }

            /// <summary>The start rates times gamma after every so many epochs.</summary>
            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                => new impl.StepLR(optimizer, step_size, gamma, last_epoch, verbose);

            /// <summary>The rates times gamma after each of some epochs.</summary>
            public static LRScheduler MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                => new impl.MultiStepLR(optimizer, milestones, gamma, last_epoch, verbose);

            /// <summary>The rates times gamma after every epoch.</summary>
            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                => new impl.ExponentialLR(optimizer, gamma, last_epoch, verbose);

            /// <summary>The start rates times a function of the epoch.</summary>
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false)
                => new impl.LambdaLR(optimizer, lr_lambda, last_epoch, verbose);

            /// <summary>Down from the start rates to eta_min along half a cosine of T_max epochs, and up again (Loshchilov and Hutter 2017).</summary>
            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
                => new impl.CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch, verbose);

            /// <summary>From one factor of the start rates to another in so many epochs, in a line.</summary>
            public static LRScheduler LinearLR(
                Optimizer optimizer, double start_factor = 0.3333333333333333, double end_factor = 1, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                => new impl.LinearLR(optimizer, start_factor, end_factor, total_iters, last_epoch, verbose);

            /// <summary>A factor of the start rates for so many epochs, then the rates themselves.</summary>
            public static LRScheduler ConstantLR(Optimizer optimizer, double factor = 0.3333333333333333, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                => new impl.ConstantLR(optimizer, factor, total_iters, last_epoch, verbose);

            /// <summary>The schedules' own types.</summary>
            public static partial class impl
            {
                /// <summary>The start rates times gamma after every so many epochs.</summary>
                public class StepLR : LRScheduler
                {
                    private readonly int _size;
                    private readonly double _gamma;

                    /// <summary>A schedule of steps.</summary>
                    public StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        ArgumentOutOfRangeException.ThrowIfLessThan(step_size, 1);
                        (_size, _gamma) = (step_size, gamma);
                        step();
                    }

                    /// <summary>The rates of the current epoch.</summary>
                    protected override IEnumerable<double> get_lr() => StartRates.Select(rate => rate * Math.Pow(_gamma, Epoch / _size));
                }

                /// <summary>The rates times gamma after each of some epochs.</summary>
                public class MultiStepLR : LRScheduler
                {
                    private readonly IList<int> _milestones;
                    private readonly double _gamma;

                    /// <summary>A schedule of steps at given epochs.</summary>
                    public MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_milestones, _gamma) = (milestones, gamma);
                        step();
                    }

                    /// <summary>The rates of the current epoch.</summary>
                    protected override IEnumerable<double> get_lr() => StartRates.Select(rate => rate * Math.Pow(_gamma, _milestones.Count(milestone => milestone <= Epoch)));
                }

                /// <summary>The rates times gamma after every epoch.</summary>
                public class ExponentialLR : LRScheduler
                {
                    private readonly double _gamma;

                    /// <summary>A schedule of steady decay.</summary>
                    public ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _gamma = gamma;
                        step();
                    }

                    /// <summary>The rates of the current epoch.</summary>
                    protected override IEnumerable<double> get_lr() => StartRates.Select(rate => rate * Math.Pow(_gamma, Epoch));
                }

                /// <summary>The start rates times a function of the epoch.</summary>
                public class LambdaLR : LRScheduler
                {
                    private readonly Func<int, double>[] _factors;

                    /// <summary>A schedule of one function for all groups.</summary>
                    public LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false)
                        : this(optimizer, Enumerable.Repeat(lr_lambda, optimizer.ParamGroups.Count()), last_epoch, verbose)
                    {
                    }

                    /// <summary>A schedule of one function a group.</summary>
                    public LambdaLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _factors = [.. lr_lambdas];
                        step();
                    }

                    /// <summary>The rates of the current epoch.</summary>
                    protected override IEnumerable<double> get_lr() => StartRates.Select((rate, group) => rate * _factors[group](Epoch));
                }

                /// <summary>Down from the start rates to eta_min along half a cosine, and up again.</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double _period;
                    private readonly double _least;

                    /// <summary>A schedule of half waves of T_max epochs.</summary>
                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_period, _least) = (T_max, eta_min);
                        step();
                    }

                    /// <summary>The rates of the current epoch.</summary>
                    protected override IEnumerable<double> get_lr() => StartRates.Select(rate => _least + ((rate - _least) * (1 + Math.Cos(Math.PI * Epoch / _period)) / 2));
                }

                /// <summary>From one factor of the start rates to another, in a line.</summary>
                public class LinearLR : LRScheduler
                {
                    private readonly double _start;
                    private readonly double _end;
                    private readonly int _epochs;

                    /// <summary>A schedule along a line.</summary>
                    public LinearLR(Optimizer optimizer, double start_factor = 0.3333333333333333, double end_factor = 1, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_start, _end, _epochs) = (start_factor, end_factor, total_iters);
                        step();
                    }

                    /// <summary>The rates of the current epoch.</summary>
                    protected override IEnumerable<double> get_lr() => StartRates.Select(rate => rate * (_start + ((_end - _start) * Math.Min(Epoch, _epochs) / _epochs)));
                }

                /// <summary>A factor of the start rates for some epochs.</summary>
                public class ConstantLR : LRScheduler
                {
                    private readonly double _factor;
                    private readonly int _epochs;

                    /// <summary>A schedule of one step up.</summary>
                    public ConstantLR(Optimizer optimizer, double factor = 0.3333333333333333, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_factor, _epochs) = (factor, total_iters);
                        step();
                    }

                    /// <summary>The rates of the current epoch.</summary>
                    protected override IEnumerable<double> get_lr() => StartRates.Select(rate => Epoch < _epochs ? rate * _factor : rate);
                }
            }
        }
    }
}
