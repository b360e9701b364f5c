using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Templates;

namespace PodConsole.Domain.Pods;

/// <summary>Fills what somebody does not say about a pod with the values of a template.</summary>
public sealed class TemplateValues(IDbContextFactory<ConsoleDbContext> contexts, SecretBox secrets)
{
    /// <summary>
    /// An edit that gives a pod image, command, container disk, environment and ports of a template where <paramref name="own"/> says
    /// nothing, with its secrets in the clear: it is to be saved, and shown to nobody. Null when there is no such template that the
    /// caller may know of.
    /// </summary>
    public async Task<PodEdit?> FillAsync(Actor actor, string templateId, PodEdit own, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var template = await db.Templates.AsNoTracking().VisibleTo(actor).FirstOrDefaultAsync(item => item.Id == templateId, cancellationToken);
        return template is null ? null : Fill(template, own, mergeEnvironment: true);
    }

    /// <summary>The same for a template that was read already.</summary>
    /// <param name="template">The template.</param>
    /// <param name="own">What is said about the pod.</param>
    /// <param name="mergeEnvironment">Whether its environment is added to the template's, name by name, instead of replacing it.</param>
    internal PodEdit Fill(Template template, PodEdit own, bool mergeEnvironment) => own with
    {
        Image = own.Image ?? template.Image,
        Command = own.Command ?? template.Command,
        ContainerDiskGb = own.ContainerDiskGb ?? template.ContainerDiskGb,
        Ports = WithLabels(own.Ports ?? template.Ports, template.Ports),
        Environment = Merge(secrets.Open(template.Environment), own.Environment, mergeEnvironment),
    };

    private static IReadOnlyList<PortRequest> WithLabels(IReadOnlyList<PortRequest> ports, IReadOnlyList<PortRequest> labelled) =>
        [.. ports.Select(port => port.Label.Length > 0 ? port
            : port with { Label = labelled.FirstOrDefault(item => item.Key == port.Key)?.Label ?? "" })];

    private static IReadOnlyList<EnvironmentVariable> Merge(
        IReadOnlyList<EnvironmentVariable> inherited, IReadOnlyList<EnvironmentVariable>? own, bool merge)
    {
        if (own is null)
        {
            return inherited;
        }

        // A secret with an empty value stands for the template's.
        var known = inherited.Where(variable => variable.IsSecret).ToDictionary(variable => variable.Name);
        var resolved = own.Select(variable =>
            variable is { IsSecret: true, Value: "" } && known.TryGetValue(variable.Name, out var secret) ? secret : variable).ToList();
        return merge ? [.. inherited.ExceptBy(resolved.Select(item => item.Name), item => item.Name), .. resolved] : resolved;
    }
}
