// The number of live tensors is one for the whole process, so the tests run one after another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
