using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Leases;
using PodConsole.Domain.Ports.Mappings;
using PodConsole.Domain.Ports.Options;

namespace PodConsole.Domain.Data;

internal sealed class PodConfiguration
    : IEntityTypeConfiguration<Pod>, IEntityTypeConfiguration<PodPort>, IEntityTypeConfiguration<PortLease>,
        IEntityTypeConfiguration<MappingChange>
{
    public void Configure(EntityTypeBuilder<Pod> builder)
    {
        builder.Property(pod => pod.Name).HasMaxLength(191);
        builder.Property(pod => pod.Version).IsConcurrencyToken();
        builder.Property(pod => pod.Environment).HasJsonConversion();
        builder.Property(pod => pod.Compute).HasConversion(
            compute => JsonSerializer.Serialize(compute, JsonSerializerOptions.Default),
            text => JsonSerializer.Deserialize<PodCompute>(text, JsonSerializerOptions.Default));
        builder.Property(pod => pod.Drain).HasConversion(
            drain => JsonSerializer.Serialize(drain, JsonSerializerOptions.Default),
            text => JsonSerializer.Deserialize<PodDrain>(text, JsonSerializerOptions.Default));
        builder.HasIndex(pod => pod.TemplateId);
        builder.HasIndex(pod => pod.KeyHash).IsUnique();
        builder.HasIndex(pod => new { pod.OwnerId, pod.IdempotencyKey }).IsUnique();
        builder.HasOne<User>().WithMany().HasForeignKey(pod => pod.OwnerId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany(pod => pod.Ports).WithOne().HasForeignKey(port => port.PodId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(pod => pod.Leases).WithOne().HasForeignKey(lease => lease.PodId).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<PodPort> builder)
    {
        builder.Ignore(port => port.Key);
        builder.Property(port => port.Options).HasJsonConversion(PortOptions.Default).HasDefaultValueSql("'{}'");
        builder.Property(port => port.Grants).HasJsonConversion().HasDefaultValueSql("'[]'");
        builder.HasIndex(port => new { port.PodId, port.Protocol, port.Number }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<MappingChange> builder)
    {
        builder.Ignore(change => change.Lines);
        builder.HasOne<Pod>().WithMany().HasForeignKey(change => change.PodId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<PortLease> builder)
    {
        builder.HasIndex(lease => new { lease.Address, lease.Port }).IsUnique();
        builder.HasIndex(lease => new { lease.PodId, lease.Number }).IsUnique();
    }
}
