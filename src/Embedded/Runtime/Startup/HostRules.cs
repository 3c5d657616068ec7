using Microsoft.Extensions.Configuration;
using Orleans.Configuration;
using Orleans.Runtime;

namespace MemoryRL.Embedded.Runtime;

/// <summary>Refuses settings that cannot hold.</summary>
internal static class HostRules
{
    /// <summary>The setting under which tests have even immutable data copied.</summary>
    internal const string CopyEverythingKey = "Embedded:CopyEverything";

    /// <summary>Checks the settings.</summary>
    /// <exception cref="OrleansConfigurationException">A setting cannot hold; the message names it.</exception>
    internal static void CheckSettings(IConfiguration configuration, SiloMessagingOptions silo, ClientMessagingOptions client, GrainCollectionOptions collection)
    {
        // Real Orleans reads clustering, storage and more from this section; here all of it would be ignored.
        var foreign = configuration.GetSection("Orleans").AsEnumerable().Where(setting => setting.Value is not null).Select(setting => setting.Key).FirstOrDefault();
        if (foreign is not null)
        {
            throw new OrleansConfigurationException($"{foreign} is set, but this program was built with the embedded grain host, which has no clusters and no configured providers. Remove the setting, or build with -p:GrainHost=Orleans.");
        }

        CheckTime(silo.ResponseTimeout, $"{nameof(SiloMessagingOptions)}.{nameof(silo.ResponseTimeout)}");
        CheckTime(client.ResponseTimeout, $"{nameof(ClientMessagingOptions)}.{nameof(client.ResponseTimeout)}");
        CheckTime(collection.ActivationTimeout, $"{nameof(GrainCollectionOptions)}.{nameof(collection.ActivationTimeout)}");
        CheckTime(collection.DeactivationTimeout, $"{nameof(GrainCollectionOptions)}.{nameof(collection.DeactivationTimeout)}");
        CheckTime(collection.CollectionQuantum, $"{nameof(GrainCollectionOptions)}.{nameof(collection.CollectionQuantum)}");
        if (collection.CollectionAge <= collection.CollectionQuantum)
        {
            throw new OrleansConfigurationException($"{nameof(GrainCollectionOptions)}.{nameof(collection.CollectionAge)}: expected more than the {nameof(collection.CollectionQuantum)} of {collection.CollectionQuantum} but got {collection.CollectionAge}.");
        }
    }

    private static void CheckTime(TimeSpan time, string name)
    {
        if (time <= TimeSpan.Zero)
        {
            throw new OrleansConfigurationException($"{name}: expected a time above zero but got {time}.");
        }
    }
}
