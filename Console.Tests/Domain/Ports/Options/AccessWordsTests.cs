using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Tests.Domain.Ports.Options;

public sealed class AccessWordsTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Of_EachWay_SaysWhoCanReachThePort()
    {
        PortGrant link = PortGrant.NewLink("a", Now, Now.AddDays(1)), token = PortGrant.NewToken("b", Now, null).Grant;

        Assert.Equal("Anyone with the address", Words(new()));
        Assert.Equal("Anyone with the address", Words(new(), link));
        Assert.Equal("Only the owner", Words(new() { Audience = PortAudience.Owner }));
        Assert.Equal("Everyone who is signed in and holders of 1 link", Words(new() { Audience = PortAudience.SignedIn }, link));
        Assert.Equal("Only the owner, holders of 2 links and holders of 1 token", Words(new() { Audience = PortAudience.Owner }, link, link, token));
        Assert.Equal("Anyone with the address · from 10.0.0.0/8 only · not from 10.0.0.7",
            Words(new() { AllowedNetworks = "10.0.0.0/8", DeniedNetworks = "10.0.0.7" }));
        Assert.Equal("Anyone with the address · from 1.1.1.1 and 2 more networks only", Words(new() { AllowedNetworks = "1.1.1.1, 2.2.2.2, 3.3.3.3" }));
        Assert.Equal("Anyone with the address", AccessWords.Of(PortProtocol.Tcp, new(), []));
    }

    private static string Words(PortOptions options, params PortGrant[] grants) => AccessWords.Of(PortProtocol.Http, options, grants);
}
