using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Templates;
using PodConsole.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PodConsole.Tests.EndToEnd;

/// <summary>The pages about accounts, one after the other.</summary>
internal sealed class AccountWalk(Visit visit)
{
    private IPage Page => visit.Page;

    private ILocator Dialog => Page.Locator(".mud-dialog").Last;

    public async IAsyncEnumerable<string> WalkAsync()
    {
        await foreach (var name in UsersAsync())
        {
            yield return name;
        }

        await foreach (var name in ProfileAsync())
        {
            yield return name;
        }

        await foreach (var name in KeysAsync())
        {
            yield return name;
        }

        await visit.GoAsync("/profile?tab=activity");
        await Expect(Page.GetByText("Turned the second factor off")).ToBeVisibleAsync();
        yield return "profile-activity";
        await visit.GoAsync("/audit");
        await Expect(Page.Locator(".audit-row").First).ToBeVisibleAsync();
        yield return "audit";
        await visit.GoAsync("/audit?q=nothing+like+it");
        await Expect(Page.GetByText("There is nothing that matches.")).ToBeVisibleAsync();
        yield return "audit-empty";
        await foreach (var name in LinksAsync())
        {
            yield return name;
        }
    }

    private async IAsyncEnumerable<string> UsersAsync()
    {
        var accounts = visit.Host.Services.GetRequiredService<AccountService>();
        var admin = await DemoPods.AdminAsync(visit.Host);
        var user = await TestAccounts.AddAsync(visit.Host, "a.person.with.a.long.address@department.university.example.org", Roles.TemplateAuthor);
        await accounts.SetRightsAsync(admin, user.Id, new(Roles.TemplateAuthor, MaxPods: 3, MaxTcpPorts: 10));
        var other = await TestAccounts.AddAsync(visit.Host, "former@example.org");
        await accounts.DisableAsync(admin, other.Id);
        await visit.Host.Services.GetRequiredService<TemplateService>().CreateAsync(
            new(user.Id), new() { Name = "A template of somebody else", Recipe = new() { Image = "demo" } }, cancellationToken: TestContext.Current.CancellationToken);
        await visit.GoAsync("/users");
        await Expect(Page.GetByText("Disabled", new() { Exact = true })).ToBeVisibleAsync();
        yield return "users";
        await Page.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
        await Expect(Dialog.GetByText("Pods here run as the console's own user")).ToBeVisibleAsync();
        yield return "users-invite";
        await Dialog.GetByLabel("E-mail").FillAsync("former@example.org");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        await Expect(Dialog.GetByText("has an account already")).ToBeVisibleAsync();
        yield return "users-invite-error";
        await Dialog.GetByLabel("E-mail").FillAsync("new@example.org");
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Create link" }).ClickAsync();
        await Expect(Dialog.GetByText("is shown only now")).ToBeVisibleAsync();
        yield return "users-invitation";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        await Page.GetByRole(AriaRole.Button, new() { Name = $"Actions of {user.Email}" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Menuitem, new() { Name = "Role and limits" })).ToBeVisibleAsync();
        yield return "users-menu";
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = "Templates" }).ClickAsync();
        await Expect(Dialog.GetByRole(AriaRole.Switch)).ToBeVisibleAsync();
        yield return "users-templates";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        await Page.GetByRole(AriaRole.Button, new() { Name = $"Actions of {user.Email}" }).ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = "Role and limits" }).ClickAsync();
        await Dialog.GetByLabel("Most pods").FillAsync("99999");
        yield return "users-rights";
    }

    private async IAsyncEnumerable<string> ProfileAsync()
    {
        await visit.GoAsync("/profile");
        await Page.GetByLabel("Your password").FillAsync("wrong");
        await Page.GetByLabel("New password", new() { Exact = true }).FillAsync("a new long password");
        await Page.GetByLabel("New password again").FillAsync("a new long password");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await Expect(Page.GetByText("This is not your password.")).ToBeVisibleAsync();
        yield return "profile";
        await Page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await Expect(Page.Locator("svg.qr-code")).ToBeVisibleAsync();
        await Page.Locator("svg.qr-code").ScrollIntoViewIfNeededAsync();
        yield return "profile-second-factor";
        var key = (await Page.Locator(".profile-form .copy-field-text").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await Page.GetByLabel("Code", new() { Exact = true }).FillAsync(Authenticator.CodeOf(key));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.List, new() { Name = "Recovery codes" })).ToBeVisibleAsync();
        yield return "profile-recovery-codes";
        await Page.GetByRole(AriaRole.Button, new() { Name = "I have saved them" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Turn off" }).ClickAsync();
        await Dialog.GetByLabel("Your password").FillAsync(ConsoleHost.Password);
        yield return "profile-turn-off";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Turn off" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Set up" })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Tab, new() { Name = "Sessions" }).ClickAsync();
        await Expect(Page.GetByText("(this browser)")).ToBeVisibleAsync();
        yield return "profile-sessions";
    }

    private async IAsyncEnumerable<string> KeysAsync()
    {
        await visit.GoAsync("/profile?tab=keys");
        await Page.GetByLabel("Public key").FillAsync(SshLines.Ed25519);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add SSH key" }).ClickAsync();
        await Expect(Page.GetByText(SshLines.Ed25519Fingerprint)).ToBeVisibleAsync();
        await Page.GetByLabel("Public key").FillAsync("ssh-ed25519 AAAA");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Add SSH key" }).ClickAsync();
        await Expect(Page.Locator("[aria-invalid=true]")).ToBeVisibleAsync();
        yield return "profile-keys";
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create API key" }).ClickAsync();
        await Dialog.GetByLabel("Name").FillAsync("ci");
        yield return "profile-api-key";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await Expect(Dialog.GetByText("It is shown only this once.")).ToBeVisibleAsync();
        yield return "profile-api-key-made";
        await Dialog.GetByRole(AriaRole.Button, new() { Name = "I have saved it" }).ClickAsync();
        await Expect(Dialog).ToHaveCountAsync(0);
        await Page.GetByRole(AriaRole.List, new() { Name = "API keys" }).ScrollIntoViewIfNeededAsync();
        yield return "profile-api-keys";
    }

    private async IAsyncEnumerable<string> LinksAsync()
    {
        var links = visit.Host.Services.GetRequiredService<AccountLinks>();
        var admin = await DemoPods.AdminAsync(visit.Host);
        var invitation = Assert.IsType<LinkResult.Made>(await links.InviteAsync(admin, "guest@example.org", new(Roles.User)));
        await visit.GoAsync($"/join?code={invitation.Code}");
        yield return "join";
        await visit.GoAsync("/join?code=x");
        yield return "join-closed";
        await visit.GoAsync($"/reset-password?code={Assert.IsType<LinkResult.Made>(await links.ResetPasswordAsync(admin, admin.UserId)).Code}");
        yield return "reset-password";
    }
}
