using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts.SshKeys;

public sealed class SshKeyServiceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Add_Keys_AreListedToTheirOwnerAlone()
    {
        await using var domain = await TestDomain.CreateAsync();
        var keys = domain.Get<SshKeyService>();

        await keys.AddAsync(TestDomain.Owner, SshLines.Ed25519, null, Cancelled);
        await keys.AddAsync(TestDomain.Owner, SshLines.Rsa2048, " work ", Cancelled);

        var own = await keys.ListAsync(TestDomain.Owner, Cancelled);
        Assert.Equal(["me@example.com", "work"], own.Select(key => key.Name));
        Assert.Equal(["ssh-ed25519", "ssh-rsa"], own.Select(key => key.Type));
        Assert.Equal(SshLines.Ed25519Fingerprint, own[0].Fingerprint);
        Assert.Empty(await keys.ListAsync(TestDomain.Other, Cancelled));
        Assert.Empty(await keys.ListAsync(TestDomain.Admin, Cancelled));
    }

    [Fact]
    public async Task Add_SameKeyAgain_IsRefusedToItsOwnerAlone()
    {
        await using var domain = await TestDomain.CreateAsync();
        var keys = domain.Get<SshKeyService>();
        await keys.AddAsync(TestDomain.Owner, SshLines.Ed25519, "laptop", Cancelled);

        var again = await keys.AddAsync(TestDomain.Owner, SshLines.Ed25519.Replace("me@", "you@", StringComparison.Ordinal), "other", Cancelled);

        Assert.Equal("You already have this key, as laptop.", Assert.Single(Assert.IsType<SshKeyResult.Invalid>(again).Errors).Message);
        Assert.IsType<SshKeyResult.Saved>(await keys.AddAsync(TestDomain.Other, SshLines.Ed25519, null, Cancelled));
    }

    [Fact]
    public async Task Add_WrongKeyAndName_TellsBoth()
    {
        await using var domain = await TestDomain.CreateAsync();

        var result = await domain.Get<SshKeyService>().AddAsync(TestDomain.Owner, "nonsense", new string('n', 101), Cancelled);

        Assert.Equal([nameof(SshKey.Line), nameof(SshKey.Name)], Assert.IsType<SshKeyResult.Invalid>(result).Errors.Select(error => error.Field));
    }

    [Fact]
    public async Task Remove_SomebodyElsesKey_IsNotFound()
    {
        await using var domain = await TestDomain.CreateAsync();
        var keys = domain.Get<SshKeyService>();
        await keys.AddAsync(TestDomain.Owner, SshLines.Ed25519, null, Cancelled);
        var id = (await keys.ListAsync(TestDomain.Owner, Cancelled)).Single().Id;

        Assert.IsType<SshKeyResult.NotFound>(await keys.RemoveAsync(TestDomain.Other, id, Cancelled));
        Assert.IsType<SshKeyResult.NotFound>(await keys.RemoveAsync(TestDomain.Admin, id, Cancelled));
        Assert.Empty(Assert.IsType<SshKeyResult.Saved>(await keys.RemoveAsync(TestDomain.Owner, id, Cancelled)).Keys);
        Assert.Empty(await keys.ListAsync(TestDomain.Owner, Cancelled));
    }

    [Fact]
    public async Task Replace_KeepsNamesOfKeysThatStayAndNothingElse()
    {
        await using var domain = await TestDomain.CreateAsync();
        var keys = domain.Get<SshKeyService>();
        await keys.AddAsync(TestDomain.Owner, SshLines.Ed25519, "laptop", Cancelled);
        await keys.AddAsync(TestDomain.Owner, SshLines.Rsa2048, "old", Cancelled);
        await keys.AddAsync(TestDomain.Other, SshLines.Rsa2048, "theirs", Cancelled);

        var result = await keys.ReplaceAsync(TestDomain.Owner, [SshLines.Ecdsa256, SshLines.Ed25519, SshLines.Ed25519], Cancelled);

        Assert.Equal(["laptop", "me@example.com"], Assert.IsType<SshKeyResult.Saved>(result).Keys.Select(key => key.Name));
        Assert.Equal("theirs", (await keys.ListAsync(TestDomain.Other, Cancelled)).Single().Name);
        Assert.Empty(Assert.IsType<SshKeyResult.Saved>(await keys.ReplaceAsync(TestDomain.Owner, [], Cancelled)).Keys);
    }

    [Fact]
    public async Task Replace_OneWrongLine_ChangesNothingAndNamesIt()
    {
        await using var domain = await TestDomain.CreateAsync();
        var keys = domain.Get<SshKeyService>();
        await keys.AddAsync(TestDomain.Owner, SshLines.Ed25519, null, Cancelled);

        var result = await keys.ReplaceAsync(TestDomain.Owner, [SshLines.Ecdsa256, "nonsense"], Cancelled);

        Assert.Equal(1, Assert.Single(Assert.IsType<SshKeyResult.Invalid>(result).Errors).Index);
        Assert.Equal(SshLines.Ed25519, (await keys.ListAsync(TestDomain.Owner, Cancelled)).Single().Line);
    }

    [Fact]
    public async Task Start_OwnersKeys_AreGivenToThePodInTheirOrder()
    {
        await using var domain = await TestDomain.CreateAsync();
        var keys = domain.Get<SshKeyService>();
        await keys.ReplaceAsync(TestDomain.Owner, [SshLines.Rsa2048, SshLines.Ed25519], Cancelled);
        await keys.ReplaceAsync(TestDomain.Other, [SshLines.Ecdsa256], Cancelled);

        await domain.DeployAsync();

        Assert.Equal($"{SshLines.Rsa2048}\n{SshLines.Ed25519}",
            domain.Runtime.Starts.Single().Environment.Single(variable => variable.Name == "PUBLIC_KEY").Value);
    }
}
