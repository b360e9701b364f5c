using System.Globalization;
using PodConsole.Domain.Audit;

namespace PodConsole.Web.Api.Audit;

/// <summary>Some of what was done, the latest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="NextCursor">As <c>cursor</c> it asks for the entries before these; null when there are none.</param>
internal sealed record AuditAnswer(IReadOnlyList<AuditEntryAnswer> Entries, string? NextCursor)
{
    public static AuditAnswer Of(AuditPage page) => new(
        [.. page.Entries.Select(AuditEntryAnswer.Of)],
        page.Total > page.Entries.Count && page.Entries.Count > 0 ? page.Entries[^1].Id.ToString(CultureInfo.InvariantCulture) : null);
}

/// <summary>One thing that somebody did.</summary>
/// <param name="Id">Names the entry; later ones have higher numbers.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Actor">The e-mail address of who did it, or the pod that did.</param>
/// <param name="Source">The network address it was done from, with the name of the key; empty when it is unknown, or somebody else's.</param>
/// <param name="Action">What was done: <c>pod.edit</c>.</param>
/// <param name="SubjectId">The id of what it was done to.</param>
/// <param name="Subject">Its name at the time.</param>
/// <param name="Detail">What changed, in words; may be empty.</param>
internal sealed record AuditEntryAnswer(
    string Id, DateTime At, string Actor, string Source, string Action, string SubjectId, string Subject, string Detail)
{
    public static AuditEntryAnswer Of(AuditEntry entry) => new(
        entry.Id.ToString(CultureInfo.InvariantCulture), entry.At, entry.ActorName, entry.Source, entry.Action, entry.SubjectId, entry.SubjectName,
        entry.Detail);
}
