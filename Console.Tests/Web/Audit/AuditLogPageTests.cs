using Bunit;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Audit;
using PodConsole.Tests.Support;
using PodConsole.Web.Audit;

namespace PodConsole.Tests.Web.Audit;

public sealed class AuditLogPageTests
{
    [Fact]
    public async Task Audit_ManyEntries_IsPagedAndSearched()
    {
        await using var page = new PageContext(await TestDomain.CreateAsync(), TestDomain.Admin) { OwnsDomain = true };
        page.Services.AddSingleton(page.Domain.Get<AuditQueries>());
        var accounts = page.Domain.Get<AccountService>();
        for (var index = 1; index <= 60; index++)
        {
            await accounts.SetRightsAsync(TestDomain.Admin, "owner", new(Roles.User, MaxPods: index));
        }

        await accounts.DisableAsync(TestDomain.Admin, "other");

        var shown = page.Show<AuditLogPage>();
        shown.WaitForAssertion(() => Assert.Equal("61 entries", shown.Find(".audit-count").TextContent));
        Assert.Equal(50, shown.FindAll(".audit-row").Count);
        Assert.Contains("admin@example.com: Disabled the account other@example.com",
            string.Join(' ', shown.Find(".audit-what").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

        page.Navigation.NavigateTo("/audit?page=2");
        shown.WaitForAssertion(() => Assert.Equal(11, shown.FindAll(".audit-row").Count));

        shown.Field("Find").Input("other@");
        shown.WaitForAssertion(() => Assert.Equal("1 entry", shown.Find(".audit-count").TextContent));
        Assert.EndsWith("/audit?q=other%40", page.Navigation.Uri, StringComparison.Ordinal);
    }
}
