using PodConsole.Domain.Ports.Planning;

namespace PodConsole.Web.Api.Ports;

/// <summary>A plan: a proposal, not a reservation.</summary>
internal sealed record PlanAnswer(bool Fits, string Detail, string Ip, IReadOnlyList<PlannedPortAnswer> Ports)
{
    public static PlanAnswer Of(PortPlan plan) => new(
        plan.Problem is null, plan.Summary, plan.Address, plan.IsForStart ? [] : [.. plan.Ports.Select(port => PlannedPortAnswer.Of(port, plan.Address))]);
}

/// <summary>One mapping as it would be, under the name it was asked for; a symmetrical port has equal numbers.</summary>
internal sealed record PlannedPortAnswer(string Port, int Private, int Public, string Type, string Ip, bool Kept)
{
    public static PlannedPortAnswer Of(PlannedPort port, string ip) =>
        new($"{port.Number}/tcp", port.IsSymmetrical ? port.External : port.Number, port.External, "tcp", ip, port.IsKept);
}
