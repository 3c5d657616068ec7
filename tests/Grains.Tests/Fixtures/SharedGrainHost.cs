namespace MemoryRL.Grains.Tests;

/// <summary>One host for all tests that need no options of their own; each test uses memories of its own name.</summary>
public sealed class SharedGrainHost : IAsyncLifetime
{
    public GrainHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await GrainHost.StartAsync();

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class SharedHostCollection : ICollectionFixture<SharedGrainHost>
{
    public const string Name = "shared host";
}
