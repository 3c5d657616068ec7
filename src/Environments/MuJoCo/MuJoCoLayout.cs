namespace MemoryRL.Environments;

/// <summary>Where the fields lie that this house reads of MuJoCo 2.2.2's structures, on x86-64 and every other machine of 8-byte pointers.</summary>
/// <remarks>
/// The offsets are those that a C compiler gives for the public headers mjmodel.h and mjdata.h of 2.2.2. <see cref="Verify"/> proves them on the
/// machine at hand: a tiny model starts from a key frame of known numbers, and each of them must stand where its offset says.
/// </remarks>
internal static unsafe class MuJoCoLayout
{
    public const int ModelPositionCount = 0;
    public const int ModelVelocityCount = 4;
    public const int ModelControlCount = 8;
    public const int ModelBodyCount = 16;
    public const int ModelTimestep = 232;

    public const int DataBufferBytes = 4;
    public const int DataTime = 40336;
    public const int DataBuffer = 40360;
    public const int DataPositions = 40376;
    public const int DataVelocities = 40384;
    public const int DataActivations = 40392;
    public const int DataControls = 40408;
    public const int DataBodyPositions = 40480;

    // The engine aligns every array of its buffer to 64 bytes, so that the first begins within the first 64.
    private const int Alignment = 64;

    private const string Calibration = """
        <mujoco>
          <option timestep="0.03125"/>
          <worldbody>
            <body pos="1.25 2.5 3.75">
              <joint name="x" type="slide" axis="1 0 0"/>
              <joint name="y" type="slide" axis="0 1 0"/>
              <geom size="0.5"/>
            </body>
          </worldbody>
          <actuator>
            <motor joint="x"/>
            <general joint="y" dyntype="integrator"/>
          </actuator>
          <keyframe>
            <key time="7.5" qpos="11.5 12.5" qvel="13.5 14.5" act="15.5" ctrl="16.5 17.5"/>
          </keyframe>
        </mujoco>
        """;

    /// <summary>Looks for known numbers at the offsets.</summary>
    /// <param name="library">The engine, whose version was checked.</param>
    /// <exception cref="InvalidDataException">A number is not where it should be; the message names the field.</exception>
    public static void Verify(MuJoCoLibrary library)
    {
        var model = MuJoCoModel.Load(library, Calibration);
        var data = library.MakeData(model);
        try
        {
            Expect("nq", *(int*)(model + ModelPositionCount), 2);
            Expect("nv", *(int*)(model + ModelVelocityCount), 2);
            Expect("nu", *(int*)(model + ModelControlCount), 2);
            Expect("nbody", *(int*)(model + ModelBodyCount), 2);
            Expect("opt.timestep", *(double*)(model + ModelTimestep), 0.03125);
            library.ResetDataKeyframe(model, data, 0);
            library.Forward(model, data);
            Expect("time", *(double*)(data + DataTime), 7.5);
            ExpectArray(data, "qpos", DataPositions, 0, Alignment, 11.5, 12.5);
            ExpectArray(data, "qvel", DataVelocities, 0, int.MaxValue, 13.5, 14.5);
            ExpectArray(data, "act", DataActivations, 0, int.MaxValue, 15.5);
            ExpectArray(data, "ctrl", DataControls, 0, int.MaxValue, 16.5, 17.5);
            ExpectArray(data, "xpos", DataBodyPositions, 3, int.MaxValue, 1.25 + 11.5, 2.5 + 12.5, 3.75);
        }
        finally
        {
            library.DeleteData(data);
            library.DeleteModel(model);
        }
    }

    private static void ExpectArray(byte* data, string field, int offset, int first, int within, params ReadOnlySpan<double> numbers)
    {
        var distance = *(long*)(data + offset) - *(long*)(data + DataBuffer);
        var bytes = Math.Min(within, *(int*)(data + DataBufferBytes) - ((first + numbers.Length) * sizeof(double)));
        if (distance < 0 || distance > bytes)
        {
            throw new InvalidDataException($"expected {field} inside the data's buffer but it lies {distance} bytes from it");
        }

        var values = *(double**)(data + offset) + first;
        for (var i = 0; i < numbers.Length; i++)
        {
            Expect(field, values[i], numbers[i]);
        }
    }

    private static void Expect(string field, double got, double expected)
    {
        if (got != expected)
        {
            throw new InvalidDataException(FormattableString.Invariant($"expected {field} {expected} but read {got}"));
        }
    }
}
