using System.Text.Json.Nodes;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Runtimes.LocalProcess;

/// <summary>The file in which a pod reads the mapping of its ports.</summary>
public sealed class PortsFileTests
{
    [Fact]
    public async Task Start_PodReadsItsPortsFile_HasTheFirstMappingAndThenTheNext()
    {
        await using var pods = new ProcessPods();
        var spec = pods.Script("cat \"$POD_PORTS_FILE\"; until grep -q new \"$POD_PORTS_FILE\"; do sleep 0.05; done") with { Ports = "first\n" };
        await pods.StartAsync(spec);
        var file = pods.PathOf(spec.PodId, "ports.json");
        Assert.Equal("first\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal(file, pods.Runtime.PortsFileOf(spec.PodId));

        pods.Runtime.WritePorts(spec.PodId, "new\n");

        Assert.Equal(0, (await pods.EndAsync(spec.PodId)).ExitCode);
        pods.Runtime.WritePorts(PodId.New(), "nothing is there");
    }

    [Fact]
    public async Task Edit_RunningPod_ReplacesTheMappingAtOnce()
    {
        await using var pods = await PublishedPods.StartAsync();
        var pod = await pods.Domain.DeployAsync("8888", "22");
        Assert.Equal(pods.Domain.Runtime.Starts.Single().Ports, pods.Domain.Runtime.Ports[pod.Id]);

        await pods.EditAsync(pod, "9999, 8888", "22, 70000");

        var ports = JsonNode.Parse(pods.Domain.Runtime.Ports[pod.Id])!;
        var leases = (await pods.Domain.FindAsync(pod.Id))!.Leases;
        Assert.Equal($"{pods.Address}", (string)ports["publicIp"]!);
        Assert.Equal("[8888,9999]", ports["http"]!.ToJsonString());
        Assert.Equal(
            leases.OrderBy(lease => lease.Number).Select(lease => ($"{lease.Number}", lease.Port)),
            ports["tcp"]!.AsObject().Select(item => (item.Key, (int)item.Value!)));
    }
}
