using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PodConsole.Domain.Audit;

namespace PodConsole.Domain.Data;

// No foreign keys: an entry outlives what it tells of.
internal sealed class AuditConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.Property(entry => entry.Detail).HasMaxLength(AuditTrail.MaxDetailLength);
        builder.HasIndex(entry => entry.At);
        builder.HasIndex(entry => entry.ActorId);
        builder.HasIndex(entry => entry.OwnerId);
    }
}
