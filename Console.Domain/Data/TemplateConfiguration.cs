using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PodConsole.Domain.Templates;

namespace PodConsole.Domain.Data;

internal sealed class TemplateConfiguration : IEntityTypeConfiguration<Template>
{
    public void Configure(EntityTypeBuilder<Template> builder)
    {
        builder.Property(template => template.Name).HasMaxLength(191);
        builder.Property(template => template.Version).IsConcurrencyToken();
        builder.Property(template => template.Environment).HasJsonConversion();
        builder.Property(template => template.Ports).HasJsonConversion();
        builder.Property(template => template.Traits).HasJsonConversion().HasDefaultValueSql("'{}'");
        builder.Ignore(template => template.IsOfficial);
        builder.HasIndex(template => new { template.OwnerId, template.Name }).IsUnique();
        builder.HasIndex(template => new { template.OwnerId, template.IdempotencyKey }).IsUnique();
    }
}
