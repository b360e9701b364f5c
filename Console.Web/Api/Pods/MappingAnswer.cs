using PodConsole.Domain.Ports.Mappings;

namespace PodConsole.Web.Api.Pods;

/// <summary>How a pod's TCP mappings changed, the latest first.</summary>
internal sealed record MappingsAnswer(IReadOnlyList<MappingAnswer> Mappings);

/// <summary>One change of a pod's TCP mappings.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Cause"><c>DEPLOYED</c>, <c>STARTED</c>, <c>STOPPED</c>, <c>RESET</c>, <c>EDITED</c>, <c>MIGRATED</c> or <c>TAKEN</c>.</param>
/// <param name="Changes">Each port that changed: <c>22: 127.0.0.2:23456 → 127.0.0.3:20811</c>.</param>
internal sealed record MappingAnswer(DateTime At, string Cause, IReadOnlyList<string> Changes)
{
    public static MappingAnswer Of(MappingChange change) => new(change.At, change.Cause.ToString().ToUpperInvariant(), [.. change.Lines]);
}
