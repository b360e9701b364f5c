using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Pods;

/// <summary>What a pod is given at its start, and where its secrets are readable.</summary>
public sealed class PodEnvironmentTests
{
    private const string Secret = "hf_this-is-the-secret";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_PortsAndKeys_GivesTheOriginalsVariables()
    {
        await using var domain = await TestDomain.CreateAsync();
        await using (var db = await domain.OpenDatabaseAsync())
        {
            db.SshKeys.Add(new() { UserId = TestDomain.Owner.UserId, Line = "ssh-ed25519 AAAA me" });
            await db.SaveChangesAsync(Cancelled);
        }

        var pod = await domain.DeployAsync("8888", "22, 70000", overrides: new() { Environment = [new("MODE", "fast"), new("PUBLIC_KEY", "mine")] });

        var given = Assert.Single(domain.Runtime.Starts).Environment.ToDictionary(variable => variable.Name, variable => variable.Value);
        Assert.Equal(pod.Id.Value, given["RUNPOD_POD_ID"]);
        Assert.Equal(pod.Id.Value, given["RUNPOD_POD_HOSTNAME"]);
        Assert.Equal(pod.PublicAddress, given["RUNPOD_PUBLIC_IP"]);
        Assert.Equal("LOCAL-1", given["RUNPOD_DC_ID"]);
        Assert.Equal($"{Environment.ProcessorCount}", given["RUNPOD_CPU_COUNT"]);
        Assert.Equal("0", given["RUNPOD_GPU_COUNT"]);
        Assert.Equal($"{pod.Leases.Single(lease => lease.Number == 22).Port}", given["RUNPOD_TCP_PORT_22"]);
        Assert.Equal($"{pod.Leases.Single(lease => lease.Number == 70000).Port}", given["RUNPOD_TCP_PORT_70000"]);
        Assert.Equal("ssh-ed25519 AAAA me", given["PUBLIC_KEY"]);
        Assert.Equal("fast", given["MODE"]);
        Assert.False(given.ContainsKey("RUNPOD_TCP_PORT_8888"));
        Assert.Equal("https://localhost:8443", given["RUNPOD_API_BASE_URL"]);
        Assert.True(ApiSecret.IsWellFormed(given["RUNPOD_API_KEY"]));
        Assert.Equal("RUNPOD_API_KEY", given["POD_SECRET_NAMES"]);
    }

    [Fact]
    public async Task Start_NoKeys_HasNoEmptyVariables()
    {
        await using var domain = await TestDomain.CreateAsync();

        await domain.DeployAsync("8888", "");

        Assert.DoesNotContain(domain.Runtime.Starts.Single().Environment, variable => variable.Value.Length == 0);
        Assert.DoesNotContain(domain.Runtime.Starts.Single().Environment, variable => variable.Name == "PUBLIC_KEY");
    }

    [Fact]
    public async Task Secret_IsGivenToThePodAndReadableNowhereElse()
    {
        await using var domain = await TestDomain.CreateAsync();

        var pod = await domain.DeployAsync(overrides: new() { Environment = [new("HF_TOKEN", Secret, IsSecret: true)] });

        Assert.Equal(Secret, domain.Runtime.Starts.Single().Environment.Single(variable => variable.Name == "HF_TOKEN").Value);
        var shown = await domain.Queries.ReadEnvironmentAsync(TestDomain.Owner, pod.Id, Cancelled);
        Assert.Equal("", shown!.Single(variable => variable.Name == "HF_TOKEN").Value);
        Assert.Null(await domain.Queries.ReadEnvironmentAsync(TestDomain.Other, pod.Id, Cancelled));
        foreach (var file in Directory.EnumerateFiles(domain.Paths.Root, "*", SearchOption.AllDirectories))
        {
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file, Cancelled)).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Secret)));
        }
    }

    [Fact]
    public async Task Secret_EditedWithAnEmptyValue_KeepsWhatIsSaved()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync(overrides: new() { Environment = [new("HF_TOKEN", Secret, IsSecret: true)] });

        await domain.Pods.EditAsync(
            TestDomain.Owner, pod.Id, null, new() { Environment = [new("HF_TOKEN", "", IsSecret: true), new("MODE", "fast")] }, Cancelled);

        await Eventually.TrueAsync(() => domain.Runtime.Starts.Count == 2, "the pod is reset");
        Assert.Equal(Secret, domain.Runtime.Starts.Last().Environment.Single(variable => variable.Name == "HF_TOKEN").Value);
    }
}
