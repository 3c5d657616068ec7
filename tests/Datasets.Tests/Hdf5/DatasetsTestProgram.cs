namespace MemoryRL.Datasets.Tests;

/// <summary>What the tests run in processes of their own: a library without which there is no reading, and files that may break it.</summary>
internal static class DatasetsTestProgram
{
    public const string TellReason = "reason";
    public const string ReadDamaged = "read-damaged";

    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case [TellReason]:
                Console.WriteLine(Hdf5Library.UnavailableReason);
                return TellRefusal();
            case [ReadDamaged, var file, var first, var end]:
                return Damage.ReadMany(file, int.Parse(first), int.Parse(end));
            default:
                return 2;
        }
    }

    private static int TellRefusal()
    {
        var path = Path.GetTempFileName();
        try
        {
            D4rlFile.Open(path).Dispose();
            return 1;
        }
        catch (Hdf5UnavailableException error)
        {
            Console.WriteLine($"refused: {error.Message}");
            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
