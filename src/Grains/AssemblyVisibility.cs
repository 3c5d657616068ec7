using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("MemoryRL.Grains.Tests")]
