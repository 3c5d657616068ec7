namespace MemoryRL.Datasets.Tests;

/// <summary>What the tests run in processes of their own: a library without which there is no reading, and files that may break it.</summary>
internal static class DatasetsTestProgram
{
    public const string TellReason = "reason";

    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case [TellReason]:
                Console.WriteLine(Hdf5Library.UnavailableReason);
                return 0;
            default:
                return 2;
        }
    }
}
