using Microsoft.EntityFrameworkCore;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;

namespace PodConsole.Domain.Audit;

/// <summary>Which entries are asked for; what is null does not narrow them down.</summary>
public sealed record AuditFilter
{
    /// <summary>Found in the e-mail address, source, name, id or detail, whatever the case.</summary>
    public string? Text { get; init; }

    /// <summary>What it was done to: the part of <see cref="AuditEntry.Action"/> before the dot.</summary>
    public string? Kind { get; init; }

    /// <summary>Not before this moment, UTC.</summary>
    public DateTime? From { get; init; }

    /// <summary>Before this moment, UTC.</summary>
    public DateTime? Until { get; init; }

    /// <summary>Before the entry with this id.</summary>
    public long? Before { get; init; }
}

/// <summary>Some of the entries that were asked for.</summary>
/// <param name="Entries">The latest first.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Entries, int Total);

/// <summary>Reads what was done.</summary>
public sealed class AuditQueries(IDbContextFactory<ConsoleDbContext> contexts)
{
    /// <summary>The most entries that are read at a time.</summary>
    public const int MaxPageSize = 200;

    /// <summary>Everybody's entries, for administrators; to anybody else there are none.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="filter">Which ones.</param>
    /// <param name="skip">How many to leave out, from 0.</param>
    /// <param name="take">How many to read, 1 to <see cref="MaxPageSize"/>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task<AuditPage> ListAsync(Actor actor, AuditFilter filter, int skip, int take, CancellationToken cancellationToken = default) =>
        ReadAsync(entries => entries.Where(_ => actor.IsAdmin), sourcesOf: null, filter, skip, take, cancellationToken);

    /// <summary>
    /// What the caller did, and what others did to what is his. The network addresses of others are left out.
    /// </summary>
    public async Task<AuditPage> ListOwnAsync(Actor actor, AuditFilter filter, int skip, int take, CancellationToken cancellationToken = default)
    {
        var page = await ReadAsync(
            entries => entries.Where(entry => entry.ActorId == actor.UserId || entry.OwnerId == actor.UserId),
            actor.UserId, filter, skip, take, cancellationToken);
        foreach (var entry in page.Entries.Where(entry => entry.ActorId != actor.UserId))
        {
            entry.Source = "";
        }

        return page;
    }

    private async Task<AuditPage> ReadAsync(
        Func<IQueryable<AuditEntry>, IQueryable<AuditEntry>> visible, string? sourcesOf, AuditFilter filter, int skip, int take,
        CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = Narrow(visible(db.AuditEntries.AsNoTracking()), sourcesOf, filter);
        return new(
            await found.OrderByDescending(entry => entry.Id).Skip(Math.Max(skip, 0)).Take(Math.Clamp(take, 1, MaxPageSize)).ToListAsync(cancellationToken),
            await found.CountAsync(cancellationToken));
    }

    // An address that is not shown is not found either. sourcesOf: whose addresses are shown; null for everybody's.
    private static IQueryable<AuditEntry> Narrow(IQueryable<AuditEntry> entries, string? sourcesOf, AuditFilter filter)
    {
        if (filter.Kind is { Length: > 0 } kind)
        {
            entries = entries.Where(entry => entry.Action.StartsWith(kind + "."));
        }

        if (filter.From is { } from)
        {
            entries = entries.Where(entry => entry.At >= from);
        }

        if (filter.Until is { } until)
        {
            entries = entries.Where(entry => entry.At < until);
        }

        if (filter.Before is { } before)
        {
            entries = entries.Where(entry => entry.Id < before);
        }

        if (filter.Text?.Trim() is not { Length: > 0 } text)
        {
            return entries;
        }

        // SQLite's patterns end at a NUL, and no text that is kept has one.
        if (text.Contains('\0'))
        {
            return entries.Where(_ => false);
        }

        var pattern = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        return entries.Where(entry => EF.Functions.Like(entry.ActorName, pattern, "\\")
            || ((sourcesOf == null || entry.ActorId == sourcesOf) && EF.Functions.Like(entry.Source, pattern, "\\"))
            || EF.Functions.Like(entry.SubjectName, pattern, "\\") || EF.Functions.Like(entry.SubjectId, pattern, "\\")
            || EF.Functions.Like(entry.Detail, pattern, "\\"));
    }
}
