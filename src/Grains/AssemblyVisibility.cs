using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("MemoryRL.Grains.Tests")]
[assembly: InternalsVisibleTo("MemoryRL.Client.Tests")]
