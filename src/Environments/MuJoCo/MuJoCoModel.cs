using System.Runtime.InteropServices;
using System.Text;

namespace MemoryRL.Environments;

/// <summary>A compiled MuJoCo model. It never changes, so that any number of simulations on any threads share it.</summary>
public sealed unsafe class MuJoCoModel : SafeHandle
{
    private const int ErrorBytes = 1024;

    private readonly MuJoCoLibrary _library;

    private MuJoCoModel(MuJoCoLibrary library, byte* model)
        : base(0, ownsHandle: true)
    {
        _library = library;
        SetHandle((nint)model);
        PositionCount = *(int*)(model + MuJoCoLayout.ModelPositionCount);
        VelocityCount = *(int*)(model + MuJoCoLayout.ModelVelocityCount);
        ControlCount = *(int*)(model + MuJoCoLayout.ModelControlCount);
        BodyCount = *(int*)(model + MuJoCoLayout.ModelBodyCount);
        Timestep = *(double*)(model + MuJoCoLayout.ModelTimestep);
    }

    /// <summary>Gets the number of positions <c>nq</c>.</summary>
    public int PositionCount { get; }

    /// <summary>Gets the number of velocities <c>nv</c>.</summary>
    public int VelocityCount { get; }

    /// <summary>Gets the number of controls <c>nu</c>.</summary>
    public int ControlCount { get; }

    /// <summary>Gets the number of bodies, the world among them.</summary>
    public int BodyCount { get; }

    /// <summary>Gets the length of one step of the engine, in seconds.</summary>
    public double Timestep { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Gets the structure.</summary>
    internal byte* Pointer => (byte*)handle;

    /// <summary>Compiles a model.</summary>
    /// <param name="xml">The model as MJCF.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidDataException">The engine does not take the text; the message is its own.</exception>
    /// <exception cref="InvalidOperationException">The engine cannot be used here; the message says why.</exception>
    public static MuJoCoModel FromXml(string xml)
    {
        ArgumentNullException.ThrowIfNull(xml);
        var library = MuJoCoLibrary.Instance;
        return new MuJoCoModel(library, Load(library, xml));
    }

    /// <summary>Compiles one of this assembly's own models.</summary>
    /// <param name="name">The file under <c>MuJoCo/Models</c>, such as <c>hopper.xml</c>.</param>
    /// <returns>The model.</returns>
    internal static MuJoCoModel FromResource(string name) => FromXml(ReadResource(name));

    /// <summary>Reads the text of one of this assembly's own models.</summary>
    /// <param name="name">The file under <c>MuJoCo/Models</c>.</param>
    /// <returns>The MJCF.</returns>
    internal static string ReadResource(string name)
    {
        using var stream = typeof(MuJoCoModel).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"Expected one of this assembly's models but got '{name}'.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Compiles a model; the caller owns it.</summary>
    /// <param name="library">The engine.</param>
    /// <param name="xml">The model as MJCF.</param>
    /// <returns>The structure.</returns>
    /// <exception cref="InvalidDataException">The engine does not take the text; the message is its own.</exception>
    internal static byte* Load(MuJoCoLibrary library, string xml)
    {
        // The engine reads files; its other door, a virtual file system, is a structure of 2 MB.
        var path = Path.Combine(Path.GetTempPath(), $"memoryrl-{Guid.NewGuid():N}.xml");
        File.WriteAllText(path, xml);
        try
        {
            var error = stackalloc byte[ErrorBytes];
            error[0] = 0;
            fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
            {
                var model = library.LoadXml(name, null, error, ErrorBytes);
                return model is not null ? model : throw new InvalidDataException($"MuJoCo does not take the model: {Marshal.PtrToStringUTF8((nint)error)}");
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _library.DeleteModel((byte*)handle);
        return true;
    }
}
