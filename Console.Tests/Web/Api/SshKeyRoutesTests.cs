using System.Net;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Web.Api;

public sealed class SshKeyRoutesTests(ApiConsole console) : IClassFixture<ApiConsole>
{
    private const string Path = "/account/ssh-keys";

    [Fact]
    public async Task Put_Keys_ReplacesThemAndShowsThemAsGiven()
    {
        using var client = await ApiClient.OfNewUserAsync(console.Host);
        Assert.Equal("""{"keys":[]}""", (await client.GetAsync(Path)).Body!.ToJsonString());

        var put = await client.PutAsync(Path, $$"""{"keys":["{{SshLines.Rsa2048}}","{{SshLines.Ed25519}}"]}""");

        Assert.Equal(HttpStatusCode.OK, put.Status);
        Assert.Equal([SshLines.Rsa2048, SshLines.Ed25519], put.Body!["keys"]!.AsArray().Select(line => (string)line!));
        Assert.Equal(put.Body!.ToJsonString(), (await client.GetAsync(Path)).Body!.ToJsonString());
        Assert.Empty((await console.Client.GetAsync(Path)).Body!["keys"]!.AsArray());
        Assert.Empty((await client.PutAsync(Path, """{"keys":[]}""")).Body!["keys"]!.AsArray());
    }

    [Theory]
    [InlineData("{}", "$: missing property 'keys'")]
    [InlineData("""{"keys":"ssh-rsa AAAA"}""", "$.keys: got string, want array")]
    [InlineData("""{"keys":[1]}""", "$.keys[0]: got number, want string")]
    [InlineData("""{"keys":[],"name":"x"}""", "$: additional properties 'name' not allowed")]
    [InlineData("""{"keys":["ssh-ed25519 AAAA"]}""", "$.keys[0]: The key is damaged: it may have been cut or wrapped when it was copied.")]
    public async Task Put_WrongBody_Is422AndChangesNothing(string body, string error)
    {
        var answer = await console.Client.PutAsync(Path, body);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Contains(error, answer.Errors);
    }
}
