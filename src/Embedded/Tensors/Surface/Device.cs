namespace TorchSharp;

/// <summary>Tensors, as TorchSharp 0.106 names and shapes them, on this process's processor.</summary>
public static partial class torch
{
    /// <summary>The processor and its memory.</summary>
    public static readonly Device CPU = new(DeviceType.CPU);

    /// <summary>The GPU: its use fails in this engine.</summary>
    public static Device CUDA => new(DeviceType.CUDA);

    /// <summary>A device by name: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    public static Device device(string description) => new(description);

    /// <summary>A device by kind.</summary>
    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <summary>Whether a kind of device can be used: the CPU only.</summary>
    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType == DeviceType.CPU;

    /// <summary>Where a tensor lives.</summary>
    public class Device
    {
        /// <summary>A device by name: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
        public Device(string description)
        {
            var parts = description.Split(':');
            type = parts[0] switch
            {
                "cpu" => DeviceType.CPU,
                "cuda" => DeviceType.CUDA,
                _ => throw new ArgumentException($"device '{description}': expected cpu, cuda or cuda:<index>", nameof(description)),
            };
            index = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : -1;
        }

        /// <summary>A device by kind.</summary>
        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        /// <summary>The kind.</summary>
        public DeviceType type { get; }

        /// <summary>Which of its kind; -1 for the current one.</summary>
        public int index { get; }

        /// <summary>A device by name.</summary>
        public static implicit operator Device(string description) => new(description);

        /// <summary>The name.</summary>
        public override string ToString()
            => (type == DeviceType.CPU ? "cpu" : "cuda") + (index < 0 ? string.Empty : $":{index}");

        internal static void Check(Device? device)
        {
            if (device is not null && device.type != DeviceType.CPU)
            {
                throw Missing(device.type);
            }
        }

        internal static InvalidOperationException Missing(DeviceType type)
            => new($"Torch device type {type} did not initialise on the current machine: the managed tensor engine has CPU only. Build with TensorEngine=TorchCuda for a GPU.");
    }

    /// <summary>The GPU, which this engine hasn't.</summary>
    public static class cuda
    {
        /// <summary>Never.</summary>
        public static bool is_available() => false;

        /// <summary>None.</summary>
        public static int device_count() => 0;
    }
}
