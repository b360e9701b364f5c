using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.SshKeys;

namespace PodConsole.Domain.Data;

internal sealed class AccountConfiguration : IEntityTypeConfiguration<ApiKey>, IEntityTypeConfiguration<SshKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.HasIndex(key => key.Hash).IsUnique();
        builder.HasOne<User>().WithMany().HasForeignKey(key => key.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SshKey> builder)
    {
        builder.Ignore(key => key.Type);
        builder.HasIndex(key => new { key.UserId, key.Fingerprint }).IsUnique();
        builder.HasOne<User>().WithMany().HasForeignKey(key => key.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
