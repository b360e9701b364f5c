using PodConsole.Domain.Ports.Planning;

namespace PodConsole.Web.Api.Ports;

/// <summary>A plan: a proposal, not a reservation.</summary>
/// <param name="Fits">Whether all ports fit.</param>
/// <param name="Detail">The plan in words, or why it does not fit.</param>
/// <param name="Ip">The public address.</param>
/// <param name="Ports">The TCP mappings; empty for a pod that gets its numbers when it starts.</param>
internal sealed record PlanAnswer(bool Fits, string Detail, string Ip, IReadOnlyList<PlannedPortAnswer> Ports)
{
    public static PlanAnswer Of(PortPlan plan) => new(
        plan.Problem is null, plan.Summary, plan.Address, plan.IsForStart ? [] : [.. plan.Ports.Select(port => PlannedPortAnswer.Of(port, plan.Address))]);
}

/// <summary>One mapping as it would be; a symmetrical port has equal numbers.</summary>
/// <param name="Port">The port as it was asked for: <c>70000/tcp</c>.</param>
/// <param name="Private">The port inside the pod.</param>
/// <param name="Public">The external port.</param>
/// <param name="Type">Always <c>tcp</c>.</param>
/// <param name="Ip">The public address.</param>
/// <param name="Kept">Whether the pod has this mapping already.</param>
internal sealed record PlannedPortAnswer(string Port, int Private, int Public, string Type, string Ip, bool Kept)
{
    public static PlannedPortAnswer Of(PlannedPort port, string ip) =>
        new($"{port.Number}/tcp", port.IsSymmetrical ? port.External : port.Number, port.External, "tcp", ip, port.IsKept);
}
