using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Tcp.Relays;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

public sealed class OpenRelaysTests
{
    [Fact]
    public void End_LooksForReasons_OthersComeAndGoMeanwhile()
    {
        var (open, relay) = (new OpenRelays(), NewRelay());
        Assert.True(open.TryEnter(relay, most: null, mostPerClient: null));
        var hasEntered = false;

        open.End(_ =>
        {
            var another = NewRelay();
            var loop = new Thread(() => hasEntered = open.TryEnter(another, most: null, mostPerClient: null)) { IsBackground = true };
            loop.Start();
            Assert.True(loop.Join(Eventually.Deadline));
            return RelayEnd.Killed;
        });

        Assert.Equal((true, RelayEnd.Killed), (hasEntered, relay.Ended));
        open.Leave(relay);
        Assert.Equal(1, open.Count);
    }

    private static LoopRelay NewRelay() =>
        new(new(Address: null, Socket: null, Descriptor: -1), RelayRules.Of(PortOptions.Default, new GatewaySettings()), TimeProvider.System);
}
