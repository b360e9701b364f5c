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
    IOptions<ConsoleSettings> console, IOptions<GatewaySettings> gateway, PortPool pool, RouteTable routes, TimeProvider clock)
{
    private readonly PodSite _site = new(gateway.Value.ProxyDomain, new Uri(console.Value.PublicUrl).Port);

    private readonly Dictionary<string, IPAddress> _bindAddresses =
        gateway.Value.EffectivePublicAddresses.ToDictionary(item => item.Address, item => item.EffectiveBindAddress);

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>The pod as the gateway must serve it.</summary>
    public WantedPod WantedPod(CommittedPod pod) => new()
    {
        Id = pod.Id,
        OwnerId = pod.OwnerId,
        Status = pod.Status,
        Address = pod.Address,
        Runtime = pod.Runtime,
        Routes =
        [
            .. pod.Ports.Where(port => port.Key.Protocol == PortProtocol.Http && !port.Options.IsClosed(Now))
                .Select(port => new WantedRoute(port.Key.Number, port.Options, ValidGrants(port)) { IsDraining = port.IsDraining }),
        ],
    };

    /// <summary>The TCP ports that must be open: those that hold a lease on an address that is still configured.</summary>
    public IEnumerable<WantedPort> WantedPorts(CommittedPod pod)
    {
        foreach (var port in pod.Ports)
        {
            if (!port.Options.IsClosed(Now) && port.External is { } external && _bindAddresses.TryGetValue(external.Address, out var bind))
            {
                var target = pod.Address is null ? null : new IPEndPoint(pod.Address, port.Internal!.Value);
                yield return new(port.Key, new IPEndPoint(bind, external.Port), external.Epoch, target)
                {
                    Options = port.Options,
                    IsDraining = port.IsDraining,
                    IsConsoles = pool.IsOwn(external.Port),
                };
            }
        }
    }

    /// <summary>The report on every port.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="problems">TCP ports that could not be opened, and why.</param>
    public Exposure Describe(CommittedPod pod, IReadOnlyDictionary<PortKey, string> problems) =>
        new(pod.Id, [.. pod.Ports.Select(port => Describe(pod, port, problems))]);

    /// <summary>
    /// Whether a report would be the same now, and there is nothing to try again. Very many pods are asked about each second, so
    /// it touches as little memory as it can.
    /// </summary>
    /// <param name="pod">The pod, which has an address.</param>
    /// <param name="served">Its routes.</param>
    /// <param name="exposure">The last report on it.</param>
    /// <param name="find">Who listens now.</param>
    public bool IsCurrent(CommittedPod pod, PodRoutes served, Exposure exposure, Func<PodId, IPAddress, int, PortHolder> find)
    {
        for (var index = 0; index < pod.Ports.Length; index++)
        {
            var (port, said) = (pod.Ports[index], exposure.Ports[index]);
            var isHttp = port.Key.Protocol == PortProtocol.Http;
            if (!IsState(pod, port, said, find)
                || (isHttp ? SlowWarning.Of(served.Find(port.Key.Number)) != said.Warning : said.State == PortState.Failed)
                || (port.Grants.Count > 0 && AccessWords.Of(port.Key.Protocol, port.Options, ValidGrants(port)) != said.Access))
            {
                return false;
            }
        }

        return true;
    }

    private ExposedPort Describe(CommittedPod pod, CommittedPort port, IReadOnlyDictionary<PortKey, string> problems)
    {
        var isHttp = port.Key.Protocol == PortProtocol.Http;
        var (state, reason) = StateOf(pod, port, problems);
        return new()
        {
            Key = port.Key,
            Label = port.Label,
            Internal = port.Internal,
            External = port.External,
            PodId = pod.Id,
            Site = isHttp ? _site : null,
            State = state,
            Reason = reason,
            Options = port.Options,
            Access = AccessWords.Of(port.Key.Protocol, port.Options, ValidGrants(port)),
            Warning = isHttp ? SlowWarning.Of(routes.Find(pod.Id, port.Key.Number)) : MoveWarning(port),
        };
    }

    private (PortState State, string Reason) StateOf(CommittedPod pod, CommittedPort port, IReadOnlyDictionary<PortKey, string> problems)
    {
        if (problems.TryGetValue(port.Key, out var problem) && !IsAtRest(pod) && !port.Options.IsClosed(Now))
        {
            return (PortState.Failed, problem);
        }

        if (WithoutLooking(pod, port) is { } state)
        {
            return state;
        }

        var number = port.Internal!.Value;
        var holder = pod.Runtime.FindPortHolder(pod.Id, pod.Address!, number);
        return holder.Kind switch
        {
            PortHolderKind.Pod => (PortState.Live, ""),
            PortHolderKind.Nobody => (PortState.Waiting,
                $"Nothing listens on port {number} yet. Start the service in the pod and {pod.Runtime.Capabilities.BindHint}."),
            _ => (PortState.Failed, AnsweredBy(number, holder)),
        };
    }

    private bool IsState(CommittedPod pod, CommittedPort port, ExposedPort said, Func<PodId, IPAddress, int, PortHolder> find)
    {
        if (WithoutLooking(pod, port) is var (state, reason))
        {
            return said.State == state && said.Reason == reason;
        }

        var number = port.Internal!.Value;
        var holder = find(pod.Id, pod.Address!, number);
        return holder.Kind switch
        {
            PortHolderKind.Pod => said.State == PortState.Live,
            PortHolderKind.Nobody => said.State == PortState.Waiting,
            _ => said.State == PortState.Failed && said.Reason == AnsweredBy(number, holder),
        };
    }

    // What is known without a look at who listens; null when it takes one.
    private (PortState State, string Reason)? WithoutLooking(CommittedPod pod, CommittedPort port)
    {
        if (IsAtRest(pod))
        {
            return (PortState.Waiting, "The pod is stopped. Start it to open this port.");
        }

        if (port.Options.ClosesAt is not null && port.Options.IsClosed(Now))
        {
            return (PortState.Closed, "The port closed itself at the time that was set. Set another in its settings to open it again.");
        }

        if (port.IsDraining)
        {
            return (PortState.Draining, "It takes nothing new, and waits until what is open has ended.");
        }

        if (port.Key.Protocol == PortProtocol.Tcp && port.External is null)
        {
            return (PortState.Failed, "This port has no external port. Reset the pod to get one.");
        }

        if (port.Key.Protocol == PortProtocol.Tcp && !_bindAddresses.ContainsKey(port.External!.Address))
        {
            return (PortState.Failed, $"{port.External.Address} is no longer a public address here. Reset the pod to get another.");
        }

        return pod.Address is null ? (PortState.Waiting, "The pod is starting.") : null;
    }

    private static bool IsAtRest(CommittedPod pod) => pod.Intent != PodIntent.Run || pod.Status is PodStatus.Exited or PodStatus.Error;

    private static string AnsweredBy(int number, PortHolder holder) =>
        $"Port {number} is answered by {holder.Description}, which is not part of this pod.";

    private string MoveWarning(CommittedPort port) => port is not { External: { } external, MovedFrom: { } before } ? ""
        : $"{(pool.IsOwn(before) ? "The console itself" : "Another program on this machine")} took external port {before}, so this port moved to {external.Port}. "
            + $"{PodEnvironment.TcpPortName(port.Key.Number)} changes at the pod's next restart, the file in ${PodPortsFile.Variable} at once.";

    private IReadOnlyList<PortGrant> ValidGrants(CommittedPort port) =>
        port.Grants.Count == 0 ? [] : [.. port.Grants.Where(grant => !grant.IsExpired(Now))];
}
