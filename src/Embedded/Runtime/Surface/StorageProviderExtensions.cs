using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Storage;

namespace Orleans.Runtime.Hosting;

/// <summary>Storages of one's own.</summary>
public static class StorageProviderExtensions
{
    /// <summary>Adds a storage.</summary>
    /// <typeparam name="T">The type of the storage.</typeparam>
    /// <param name="collection">The services.</param>
    /// <param name="name">The storage's name; <c>Default</c> for the default one.</param>
    /// <param name="implementationFactory">Makes it.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddGrainStorage<T>(this IServiceCollection collection, string name, Func<IServiceProvider, string, T> implementationFactory)
        where T : IGrainStorage
    {
        collection.AddKeyedSingleton<IGrainStorage>(name, (services, key) => implementationFactory(services, (string)key!));
        if (string.Equals(name, "Default", StringComparison.Ordinal))
        {
            collection.TryAddSingleton(services => services.GetRequiredKeyedService<IGrainStorage>("Default"));
        }

        return collection;
    }
}
