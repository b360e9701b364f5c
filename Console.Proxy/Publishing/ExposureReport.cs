using System.Net;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Http;
using PodConsole.Proxy.Http.Latency;
using PodConsole.Proxy.Tcp;

namespace PodConsole.Proxy.Publishing;

/// <summary>Says what a pod's ports should be, and how they are.</summary>
internal sealed class ExposureReport(
    IOptions<ConsoleSettings> console, IOptions<GatewaySettings> gateway, RouteTable routes, TimeProvider clock)
{
    private readonly int _publicPort = new Uri(console.Value.PublicUrl).Port;

    private readonly Dictionary<string, IPAddress> _bindAddresses =
        gateway.Value.EffectivePublicAddresses.ToDictionary(item => item.Address, item => item.EffectiveBindAddress);

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>The pod as the gateway must serve it.</summary>
    public WantedPod WantedPod(Pod pod, IPodRuntime runtime, IPAddress? address) => new()
    {
        Id = pod.Id,
        OwnerId = pod.OwnerId,
        Status = pod.Status,
        Address = address,
        Runtime = runtime,
        Routes =
        [
            .. pod.Ports.Where(port => port.Protocol == PortProtocol.Http && !port.Options.IsClosed(Now))
                .Select(port => new WantedRoute(port.Number, port.Options, ValidGrants(port))),
        ],
    };

    /// <summary>The TCP ports that must be open: those that hold a lease on an address that is still configured.</summary>
    public IEnumerable<WantedPort> WantedPorts(Pod pod, IPAddress? address)
    {
        foreach (var port in pod.Ports)
        {
            if (!port.Options.IsClosed(Now) && pod.LeaseOf(port.Key) is { } lease && _bindAddresses.TryGetValue(lease.Address, out var bind))
            {
                var target = address is null ? null : new IPEndPoint(address, InternalOf(pod, port)!.Value);
                yield return new(port.Key, new IPEndPoint(bind, lease.Port), lease.Epoch, target) { Options = port.Options };
            }
        }
    }

    /// <summary>The report on every port.</summary>
    /// <param name="pod">The pod, with ports and leases.</param>
    /// <param name="runtime">What runs it.</param>
    /// <param name="address">Where it is reached; null when it is not.</param>
    /// <param name="problems">TCP ports that could not be opened, and why.</param>
    public Exposure Describe(Pod pod, IPodRuntime runtime, IPAddress? address, IReadOnlyDictionary<PortKey, string> problems) =>
        new(pod.Id,
        [
            .. pod.Ports.OrderBy(port => port.Protocol).ThenBy(port => port.Id)
                .Select(port => Describe(pod, port, runtime, address, problems)),
        ]);

    private ExposedPort Describe(
        Pod pod, PodPort port, IPodRuntime runtime, IPAddress? address, IReadOnlyDictionary<PortKey, string> problems)
    {
        var lease = pod.LeaseOf(port.Key);
        var (state, reason) = StateOf(pod, port, runtime, address, problems);
        return new()
        {
            Key = port.Key,
            Label = port.Label,
            Internal = InternalOf(pod, port),
            External = lease is null ? null : new(lease.Address, lease.Port, lease.Epoch),
            Url = port.Protocol == PortProtocol.Http ? UrlOf(pod.Id, port.Number) : null,
            State = state,
            Reason = reason,
            Options = port.Options,
            Access = AccessWords.Of(port.Protocol, port.Options, ValidGrants(port)),
            Warning = port.Protocol == PortProtocol.Http ? SlowWarning.Of(routes.Find(pod.Id, port.Number)) : MoveWarning(lease),
        };
    }

    private (PortState State, string Reason) StateOf(
        Pod pod, PodPort port, IPodRuntime runtime, IPAddress? address, IReadOnlyDictionary<PortKey, string> problems)
    {
        if (pod.Intent != PodIntent.Run || pod.Status is PodStatus.Exited or PodStatus.Error)
        {
            return (PortState.Waiting, "The pod is stopped. Start it to open this port.");
        }

        if (port.Options.IsClosed(Now))
        {
            return (PortState.Closed, "The port closed itself at the time that was set. Set another in its settings to open it again.");
        }

        if (problems.TryGetValue(port.Key, out var problem))
        {
            return (PortState.Failed, problem);
        }

        if (port.Protocol == PortProtocol.Tcp && pod.LeaseOf(port.Key) is null)
        {
            return (PortState.Failed, "This port has no external port. Reset the pod to get one.");
        }

        if (port.Protocol == PortProtocol.Tcp && !_bindAddresses.ContainsKey(pod.LeaseOf(port.Key)!.Address))
        {
            return (PortState.Failed, $"{pod.LeaseOf(port.Key)!.Address} is no longer a public address here. Reset the pod to get another.");
        }

        if (address is null)
        {
            return (PortState.Waiting, "The pod is starting.");
        }

        var number = InternalOf(pod, port)!.Value;
        var holder = runtime.FindPortHolder(pod.Id, address, number);
        return holder.Kind switch
        {
            PortHolderKind.Pod => (PortState.Live, ""),
            PortHolderKind.Nobody => (PortState.Waiting,
                $"Nothing listens on port {number} yet. Start the service in the pod and {runtime.Capabilities.BindHint}."),
            _ => (PortState.Failed, $"Port {number} is answered by {holder.Description}, which is not part of this pod."),
        };
    }

    private static string MoveWarning(PortLease? lease) => lease?.InsteadOf is not { } before ? ""
        : $"Another program on this machine took external port {before}, so this port moved to {lease.Port}. "
            + $"The pod sees the new number in {PodEnvironment.TcpPortName(lease.Number!.Value)} after its next restart.";

    private PortGrant[] ValidGrants(PodPort port) => [.. port.Grants.Where(grant => !grant.IsExpired(Now))];

    private static int? InternalOf(Pod pod, PodPort port) =>
        port.ToRequest().IsSymmetrical ? pod.LeaseOf(port.Key)?.Port : port.Number;

    private Uri UrlOf(PodId podId, int port)
    {
        var host = $"{podId}-{port}.{gateway.Value.ProxyDomain}";
        return new(_publicPort == 443 ? $"https://{host}/" : $"https://{host}:{_publicPort}/");
    }
}
