using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Accounts.SshKeys;

namespace PodConsole.Domain.Data;

internal sealed class AccountConfiguration
    : IEntityTypeConfiguration<ApiKey>, IEntityTypeConfiguration<SshKey>, IEntityTypeConfiguration<UserSession>,
        IEntityTypeConfiguration<AccountLink>, IEntityTypeConfiguration<SignInTries>
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

    public void Configure(EntityTypeBuilder<UserSession> builder) =>
        builder.HasOne<User>().WithMany().HasForeignKey(session => session.UserId).OnDelete(DeleteBehavior.Cascade);

    public void Configure(EntityTypeBuilder<AccountLink> builder)
    {
        builder.Ignore(link => link.IsInvitation);
        builder.HasIndex(link => link.Hash).IsUnique();
        builder.HasOne<User>().WithMany().HasForeignKey(link => link.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SignInTries> builder) => builder.HasKey(tries => tries.Key);
}
