using System.Net;
using System.Text.RegularExpressions;

namespace MemoryRL.Programs.Tests;

public sealed partial class SiloTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_silo_is_live_and_ready_and_ends_with_0_on_SIGTERM()
    {
        using var silo = Start([], "--Silo:Url=http://127.0.0.1:0");
        var url = await ReadyUrlAsync(silo);
        using var client = new HttpClient();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(url, "/health/live"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(url, "/health/ready"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(url, "/"))).StatusCode);

        silo.Signal("TERM");

        Assert.Equal(0, await silo.WaitForEndAsync());
        Assert.Contains("has stopped in order", silo.Output, StringComparison.Ordinal);
        Assert.Empty(silo.Errors);
    }

    [Fact]
    public async Task An_argument_wins_over_the_environment_and_the_environment_over_the_file()
    {
        using var byEnvironment = Start(new() { ["Silo__Url"] = "http://127.0.0.2:0" });
        Assert.Equal("127.0.0.2", (await ReadyUrlAsync(byEnvironment)).Host);

        using var byArgument = Start(new() { ["Silo__Url"] = "http://127.0.0.2:0" }, "--Silo:Url", "http://127.0.0.3:0");
        Assert.Equal("127.0.0.3", (await ReadyUrlAsync(byArgument)).Host);
    }

    [Theory]
    [InlineData("Silo:Urll: unknown key; expected one of Url", "--Silo:Urll=http://127.0.0.1:0")]
    [InlineData("MemoryRL:StorageFoldr: unknown key", "--MemoryRL:StorageFoldr=x")]
    [InlineData("Frobnicate: unknown key", "--Frobnicate=1")]
    [InlineData("PolicyVersionsKept", "--MemoryRL:PolicyVersionsKept=0")]
    [InlineData("MemoryRL:StopTimeout", "--MemoryRL:StopTimeout=00:00:00")]
    [InlineData("MemoryRL:StopTimeout", "--MemoryRL:StopTimeout=soon")]
    [InlineData("Silo:Url", "--Silo:Url=5080")]
    [InlineData("MemoryRL:StorageFolder", "--MemoryRL:Storage=Folder")]
    [InlineData("serve: expected --Section:Key=value", "serve")]
    [InlineData("--Silo:Url: expected a value", "--Silo:Url")]
    public async Task A_wrong_configuration_ends_the_silo_with_2_and_names_the_key(string expected, string argument)
    {
        using var silo = Start([], argument);

        Assert.Equal(2, await silo.WaitForEndAsync());
        Assert.Contains(expected, silo.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_key_in_the_environment_is_named()
    {
        using var silo = Start(new() { ["MemoryRL__LearnerThread"] = "2" });

        Assert.Equal(2, await silo.WaitForEndAsync());
        Assert.Contains("MemoryRL:LearnerThread: unknown key; expected one of", silo.Errors, StringComparison.Ordinal);
    }

#if !GRAIN_HOST_ORLEANS
    [Fact]
    public async Task A_cluster_under_the_embedded_host_is_refused_with_the_switch_to_build_with()
    {
        using var silo = Start([], "--MemoryRL:Cluster:GatewayPort=30001");

        Assert.Equal(2, await silo.WaitForEndAsync());
        Assert.Contains("MemoryRL:Cluster", silo.Errors, StringComparison.Ordinal);
        Assert.Contains("GrainHost=Orleans", silo.Errors, StringComparison.Ordinal);
    }
#endif

    [Fact]
    public async Task Help_lists_every_key_with_its_default()
    {
        using var silo = Start([], "--help");

        Assert.Equal(0, await silo.WaitForEndAsync());
        Assert.All(["--Silo:Url", "http://127.0.0.1:5080", "--MemoryRL:StorageFolder", "--MemoryRL:Cluster:GatewayPort"], text => Assert.Contains(text, silo.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_go_to_the_collector_that_the_environment_names()
    {
        using var collector = new HttpListener();
        var endpoint = FreeEndpoint(collector);
        using var silo = Start(new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" }, "--Silo:Url=http://127.0.0.1:0");
        using var client = new HttpClient();
        await client.GetAsync(new Uri(await ReadyUrlAsync(silo), "/health/ready"));
        var received = collector.GetContextAsync();

        silo.Signal("TERM");
        var context = await received.WaitAsync(TimeSpan.FromSeconds(30));
        var path = context.Request.Url?.AbsolutePath;
        context.Response.StatusCode = 200;
        context.Response.Close();

        Assert.True(path is "/v1/metrics" or "/v1/traces", path);
    }

    private ChildProgram Start(Dictionary<string, string> environment, params string[] arguments) => ChildProgram.StartSilo(_folder.Path, environment, arguments);

    private static async Task<Uri> ReadyUrlAsync(ChildProgram silo)
    {
        var line = await silo.WaitForLineAsync(text => text.Contains("is ready; health at ", StringComparison.Ordinal));
        return new Uri(Url().Match(line).Value);
    }

    private static string FreeEndpoint(HttpListener listener)
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var endpoint = $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}";
        socket.Stop();
        listener.Prefixes.Add(endpoint + "/");
        listener.Start();
        return endpoint;
    }

    [GeneratedRegex("http://[0-9.]+:[0-9]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Url();
}
