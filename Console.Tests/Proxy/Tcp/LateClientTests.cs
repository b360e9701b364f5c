using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Proxy.Tcp;

/// <summary>Pods of two accounts that are reset all the time, and clients who keep coming to the addresses of yesterday.</summary>
public sealed class LateClientTests
{
    private static readonly int Cycles = LoadSize.Of(30, 10_000);
    private static readonly TimeSpan Quarantine = TimeSpan.FromMinutes(10), BetweenCycles = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly ConcurrentDictionary<int, Former> _former = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private int _visits;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Load", "resets")]
    public async Task Reset_ManyTimesUnderLateClients_NoByteReachesAnotherOwnersPod()
    {
        // Few numbers, so that each goes from owner to owner as soon as its quarantine is over.
        await using var pods = await PublishedPods.StartAsync(clock: _clock, settings: gateway =>
            (gateway.TcpPortRange, gateway.PortQuarantine) = ("21000-21047", Quarantine));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Side[] sides = [await NewSideAsync(pods, TestDomain.Owner, end.Token), await NewSideAsync(pods, TestDomain.Other, end.Token)];
        var clients = Enumerable.Range(0, 2).Select(seed => Task.Run(() => ComeLateAsync(pods, new Random(seed), end.Token), Cancelled)).ToList();
        using var ticks = new SemaphoreSlim(0);
        using var watch = pods.Domain.Feed.Watch(_ => ticks.Release());
        var epochs = new HashSet<(int Port, long Epoch)>();

        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            var side = sides[cycle % 2];
            var before = pods.Find(side.PodId, side.Port)!.External!;
            var reset = Assert.IsType<PodResult.Saved>(await pods.Domain.Pods.ResetAsync(side.Owner, side.PodId, Cancelled));
            var after = reset.Pod.Leases.Single();
            Assert.NotEqual(before.Port, after.Port);
            Assert.True(epochs.Add((after.Port, after.Epoch)), $"{after.Port} was leased twice under epoch {after.Epoch}");
            _former[before.Port] = new(side.Owner.UserId, _clock.GetUtcNow());
            while (pods.Find(side.PodId, side.Port)!.State != PortState.Live)
            {
                await ticks.WaitAsync(Cancelled);
            }

            _clock.Advance(BetweenCycles);
        }

        await end.CancelAsync();
        await Task.WhenAll(sides.Select(side => side.Greeter));

        // Resets whom nobody accepted any more, and who would else wait for ever.
        Array.ForEach(sides, side => side.Listener.Dispose());
        await Task.WhenAll(clients);
        Assert.Empty(_violations);
        Assert.InRange(_visits, 1, int.MaxValue);
        Assert.InRange(epochs.Count(lease => lease.Epoch > 1), Cycles > 100 ? 1 : 0, int.MaxValue);
        await using var db = await pods.Domain.OpenDatabaseAsync();
        Assert.Equal(2, await db.PortLeases.CountAsync(lease => lease.PodId != null, Cancelled));
    }

    private async Task<Side> NewSideAsync(PublishedPods pods, Actor owner, CancellationToken end)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var pod = await pods.Domain.DeployAsync("", $"{port}", owner);
        await pods.WaitForAsync(pod.Id, port, PortState.Live);
        return new(owner, pod.Id, port, listener, ReadAsync(listener, owner.UserId, end));
    }

    // What a client says: the account it means, and until when that account's number is nobody else's.
    private async Task ReadAsync(Socket listener, string ownerId, CancellationToken end)
    {
        var buffer = new byte[128];
        while (!end.IsCancellationRequested)
        {
            try
            {
                using var socket = await listener.AcceptAsync(end);
                var length = await socket.ReceiveAsync(buffer, end);
                var words = Encoding.ASCII.GetString(buffer, 0, length).Split(' ');
                if (words is [var meant, var until] && meant != ownerId && _clock.GetUtcNow().UtcTicks < long.Parse(until, null))
                {
                    _violations.Enqueue($"{ownerId} got a client of {meant}");
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // The client gave up or was cut, or the test is over.
                continue;
            }
        }
    }

    private async Task ComeLateAsync(PublishedPods pods, Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            if (_former.ToArray() is not { Length: > 0 } known)
            {
                await Task.Yield();
                continue;
            }

            var (port, former) = known[random.Next(known.Length)];
            try
            {
                using var client = await TcpGateway.ConnectAsync(new(pods.Address, port));
                await client.SendTextAsync($"{former.OwnerId} {(former.Since + Quarantine).UtcTicks}");
                await client.ReadEndAsync();
            }
            catch (SocketException)
            {
                // Nobody is there, as it should be.
            }

            Interlocked.Increment(ref _visits);
        }
    }

    private sealed record Former(string OwnerId, DateTimeOffset Since);

    private sealed record Side(Actor Owner, PodId PodId, int Port, Socket Listener, Task Greeter);
}
