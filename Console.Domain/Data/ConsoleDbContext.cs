using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Ports.Mappings;
using PodConsole.Domain.Templates;

namespace PodConsole.Domain.Data;

/// <summary>The database. One context per operation, from <see cref="IDbContextFactory{TContext}"/>.</summary>
public sealed class ConsoleDbContext(DbContextOptions<ConsoleDbContext> options)
    : IdentityDbContext<User, IdentityRole, string>(options)
{
    /// <summary>Pods, with their ports and leases.</summary>
    public DbSet<Pod> Pods => Set<Pod>();

    /// <summary>Exposed ports.</summary>
    public DbSet<PodPort> PodPorts => Set<PodPort>();

    /// <summary>External ports that are held or in quarantine.</summary>
    public DbSet<PortLease> PortLeases => Set<PortLease>();

    /// <summary>The last changes of TCP mappings.</summary>
    public DbSet<MappingChange> MappingChanges => Set<MappingChange>();

    /// <summary>Templates.</summary>
    public DbSet<Template> Templates => Set<Template>();

    /// <summary>Keys for programs.</summary>
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    /// <summary>SSH public keys.</summary>
    public DbSet<SshKey> SshKeys => Set<SshKey>();

    /// <summary>Sign-ins of browsers.</summary>
    public DbSet<UserSession> UserSessions => Set<UserSession>();

    /// <summary>Invitations, and links for new passwords.</summary>
    public DbSet<AccountLink> AccountLinks => Set<AccountLink>();

    /// <summary>Failed tries to sign in.</summary>
    public DbSet<SignInTries> SignInTries => Set<SignInTries>();

    /// <summary>What was done by whom.</summary>
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(ConsoleDbContext).Assembly);
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<PodId>().HaveConversion<PodIdConverter>().HaveMaxLength(PodId.Length);
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    private sealed class PodIdConverter() : ValueConverter<PodId, string>(id => id.Value, text => PodId.Parse(text));

    // SQLite stores no kind: without this a time comes back as unspecified and is shown in the wrong zone.
    private sealed class UtcConverter()
        : ValueConverter<DateTime, DateTime>(time => time.ToUniversalTime(), time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
