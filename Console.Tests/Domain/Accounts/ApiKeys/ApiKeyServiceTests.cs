using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Audit;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts.ApiKeys;

public sealed class ApiKeyServiceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_Key_IsKnownByItsSecret_OfWhichOnlyTheHashIsKept()
    {
        await using var domain = await TestDomain.CreateAsync();

        var made = await CreateAsync(domain, TestDomain.Owner, ApiScopes.Read | ApiScopes.Write);

        var caller = await domain.Get<ApiCallers>().FindAsync(made.Secret, Cancelled);
        Assert.Equal((TestDomain.Owner.UserId, Roles.User, ApiScopes.Read | ApiScopes.Write), (caller!.UserId, caller.Role, caller.Scopes));
        await using var db = await domain.OpenDatabaseAsync();
        var row = await db.ApiKeys.SingleAsync(Cancelled);
        Assert.Equal((ApiSecret.HashOf(made.Secret), made.Secret[..8]), (row.Hash, row.Hint));
        var entry = await db.AuditEntries.SingleAsync(entry => entry.Action == AuditActions.ApiKeyCreate, Cancelled);
        Assert.Equal(("ci", "Read, Write"), (entry.SubjectName, entry.Detail));
        Assert.DoesNotContain(made.Secret, $"{made}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", ApiScopes.Read, 0, nameof(ApiKey.Name))]
    [InlineData("two\nlines", ApiScopes.Read, 0, nameof(ApiKey.Name))]
    [InlineData("ci", ApiScopes.None, 0, nameof(ApiKey.Scopes))]
    [InlineData("ci", (ApiScopes)8, 0, nameof(ApiKey.Scopes))]
    [InlineData("ci", ApiScopes.Admin, 0, nameof(ApiKey.Scopes))]
    [InlineData("ci", ApiScopes.Read, -1, nameof(ApiKey.ExpiresAt))]
    public async Task Create_WrongValues_SavesNothing(string name, ApiScopes scopes, int days, string field)
    {
        await using var domain = await TestDomain.CreateAsync();
        DateTime? end = days == 0 ? null : TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(days);

        var result = await domain.Get<ApiKeyService>().CreateAsync(TestDomain.Owner, name, scopes, end, Cancelled);

        Assert.Equal(field, Assert.Single(Assert.IsType<ApiKeyResult.Invalid>(result).Errors).Field);
        Assert.Empty(await domain.Get<ApiKeyService>().ListAsync(TestDomain.Owner, Cancelled));
    }

    [Fact]
    public async Task Create_MoreThanAnAccountMayHave_IsRefused()
    {
        await using var domain = await TestDomain.CreateAsync();
        for (var count = 0; count < ApiKeyService.MaxKeys; count++)
        {
            await CreateAsync(domain, TestDomain.Owner, ApiScopes.Read);
        }

        Assert.IsType<ApiKeyResult.Invalid>(await domain.Get<ApiKeyService>().CreateAsync(TestDomain.Owner, "one more", ApiScopes.Read, null, Cancelled));
        await CreateAsync(domain, TestDomain.Other, ApiScopes.Read);
    }

    [Fact]
    public async Task Create_ByNobodysAccount_IsNotFound()
    {
        await using var domain = await TestDomain.CreateAsync();
        var pod = await domain.DeployAsync();

        Assert.IsType<ApiKeyResult.NotFound>(
            await domain.Get<ApiKeyService>().CreateAsync(Actor.OfPod(pod.Id), "ci", ApiScopes.Read, null, Cancelled));
    }

    [Fact]
    public async Task Find_AdministratorLosesHisRole_KeyLosesScopeAdmin()
    {
        await using var domain = await TestDomain.CreateAsync();
        var made = await CreateAsync(domain, TestDomain.Admin, ApiScopes.All);
        var callers = domain.Get<ApiCallers>();
        Assert.Equal((Roles.Admin, ApiScopes.All), Of(await callers.FindAsync(made.Secret, Cancelled)));

        await using (var db = await domain.OpenDatabaseAsync())
        {
            await Roles.SetAsync(db, TestDomain.Admin.UserId, Roles.User);
            await db.SaveChangesAsync(Cancelled);
        }

        Assert.Equal((Roles.User, ApiScopes.Read | ApiScopes.Write), Of(await callers.FindAsync(made.Secret, Cancelled)));

        static (string, ApiScopes) Of(ApiCaller? caller) => (caller!.Role, caller.Scopes);
    }

    [Fact]
    public async Task Find_Expired_Revoked_OrDisabled_IsUnknown()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var domain = await TestDomain.CreateAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var (keys, callers) = (domain.Get<ApiKeyService>(), domain.Get<ApiCallers>());
        var expiring = Assert.IsType<ApiKeyResult.Made>(
            await keys.CreateAsync(TestDomain.Owner, "expiring", ApiScopes.Read, clock.GetUtcNow().UtcDateTime.AddDays(1), Cancelled));
        var revoked = await CreateAsync(domain, TestDomain.Owner, ApiScopes.Read);
        var disabled = await CreateAsync(domain, TestDomain.Other, ApiScopes.Read);
        Assert.NotNull(await callers.FindAsync(expiring.Secret, Cancelled));

        clock.Advance(TimeSpan.FromDays(1));
        Assert.False(await keys.RevokeAsync(TestDomain.Other, revoked.Key.Id, Cancelled));
        Assert.True(await keys.RevokeAsync(TestDomain.Owner, revoked.Key.Id, Cancelled));
        await domain.Get<AccountService>().DisableAsync(TestDomain.Admin, TestDomain.Other.UserId);

        Assert.Null(await callers.FindAsync(expiring.Secret, Cancelled));
        Assert.Null(await callers.FindAsync(revoked.Secret, Cancelled));
        Assert.Null(await callers.FindAsync(disabled.Secret, Cancelled));
    }

    [Fact]
    public async Task Find_Used_IsShownAtOnceAndWrittenOnceAMinute()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var domain = await TestDomain.CreateAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var (keys, callers, uses) = (domain.Get<ApiKeyService>(), domain.Get<ApiCallers>(), domain.Get<KeyUses>());
        var made = await CreateAsync(domain, TestDomain.Owner, ApiScopes.Read);
        await uses.StartAsync(Cancelled);

        await callers.FindAsync(made.Secret, Cancelled);
        var used = clock.GetUtcNow().UtcDateTime;

        Assert.Equal(used, (await keys.ListAsync(TestDomain.Owner, Cancelled)).Single().LastUsedAt);
        Assert.Null(await WrittenAsync(domain));
        clock.Advance(KeyUses.Interval);
        await Eventually.TrueAsync(async () => await WrittenAsync(domain) == used, "the use is written");

        clock.Advance(TimeSpan.FromSeconds(1));
        await callers.FindAsync(made.Secret, Cancelled);
        await uses.StopAsync(Cancelled);
        Assert.Equal(clock.GetUtcNow().UtcDateTime, await WrittenAsync(domain));
    }

    private static async Task<ApiKeyResult.Made> CreateAsync(TestDomain domain, Actor actor, ApiScopes scopes) =>
        Assert.IsType<ApiKeyResult.Made>(await domain.Get<ApiKeyService>().CreateAsync(actor, "ci", scopes, null, Cancelled));

    private static async Task<DateTime?> WrittenAsync(TestDomain domain)
    {
        await using var db = await domain.OpenDatabaseAsync();
        return await db.ApiKeys.Select(key => key.LastUsedAt).SingleAsync(Cancelled);
    }
}
