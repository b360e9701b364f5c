using System.Net;
using System.Text;
using System.Web;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Templates;
using PodConsole.Proxy.Http.Access;
using PodConsole.Tests.Support;
using PodConsole.Web.Account;

namespace PodConsole.Tests.EndToEnd.Secrets;

/// <summary>Somebody who sets a console up, invites others, and makes and uses one of every secret. Each is noted.</summary>
internal sealed class SecretWalk(ConsoleHost host)
{
    // What is no secret although it is long: an address in a query, a theme.
    private const int MinLength = 24;

    private readonly List<(string What, string Text)> _secrets = [];
    private Actor _admin = null!;

    /// <summary>All of them so far.</summary>
    public IReadOnlyList<(string What, string Text)> Secrets => _secrets;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task UseEverySecretAsync()
    {
        using var browser = host.NewClient();
        await SetUpAsync(browser);
        await GuessPasswordsAsync();
        await UseLinksAsync();
        await UseSecondFactorAsync();
        await UseApiKeysAsync();
        await UsePodAsync(browser);
        NoteCookies(browser);
    }

    private string Note(string what, string text)
    {
        _secrets.Add((what, text));
        return text;
    }

    private void NoteCookies(ConsoleClient client)
    {
        foreach (var cookie in client.Cookies.GetAllCookies().Where(cookie => cookie.Value.Length >= MinLength))
        {
            Note($"cookie {cookie.Name}", cookie.Value);
        }
    }

    private async Task SetUpAsync(ConsoleClient browser)
    {
        var code = Note("set-up code", host.Services.GetRequiredService<SetupCode>().Value!);
        var password = Note("first password", "the first password");
        using var answer = await browser.SubmitAsync(
            $"/setup?code={code}", ("Input.Email", ConsoleHost.Email), ("Input.Password", password), ("Input.Repeat", password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.True(await browser.IsSignedInAsync());
        _admin = await DemoPods.AdminAsync(host);
        var changed = Note("changed password", "the changed password");
        Assert.IsType<AccountResult.Saved>(await Get<OwnAccount>().ChangePasswordAsync(_admin, await SessionAsync(), password, changed));
        Assert.True(await browser.IsSignedInAsync());
    }

    private async Task<string> SessionAsync() => Assert.Single(await Get<Sessions>().ListOwnAsync(_admin)).Id;

    private async Task GuessPasswordsAsync()
    {
        using var stranger = host.NewClient();
        var guess = Note("wrong password", "a guess of a password");
        for (var count = 1; count <= SignInGuard.MaxTries; count++)
        {
            using var answer = await stranger.SignInAsync("somebody@example.org", guess);
            Assert.Equal(count < SignInGuard.MaxTries ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, answer.StatusCode);
        }
    }

    private async Task UseLinksAsync()
    {
        var links = Get<AccountLinks>();
        using var guest = host.NewClient();
        var invitation = Assert.IsType<LinkResult.Made>(await links.InviteAsync(_admin, "guest@example.org", new(Roles.User)));
        await ChooseAsync(guest, $"/join?code={Note("invitation", invitation.Code)}", Note("guest's password", "the guest's password"));
        NoteCookies(guest);
        var userId = (await Get<AccountService>().ListAsync(_admin, Cancelled)).Single(user => user.Email == "guest@example.org").Id;
        var reset = Assert.IsType<LinkResult.Made>(await links.ResetPasswordAsync(_admin, userId));
        await ChooseAsync(guest, $"/reset-password?code={Note("link for a new password", reset.Code)}", Note("guest's new password", "the guest's new password"));
    }

    private static async Task ChooseAsync(ConsoleClient client, string page, string password)
    {
        using var answer = await client.SubmitAsync(page, ("Input.Password", password), ("Input.Repeat", password));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    private async Task UseSecondFactorAsync()
    {
        var user = await TestAccounts.AddAsync(host);
        Note("user's password", TestAccounts.Password);
        var account = Get<OwnAccount>();
        var key = Note("key of an authenticator app", (await account.NewAuthenticatorKeyAsync(new(user.Id)))!);
        var codes = await account.EnableSecondFactorAsync(new(user.Id), Authenticator.CodeOf(key));
        Assert.All(codes!, code => Note("recovery code", code));
        using var client = host.NewClient();
        using var first = await client.SignInAsync(user.Email!, TestAccounts.Password);
        var page = await first.Content.ReadAsStringAsync(Cancelled);
        Note("ticket of a half sign-in", ConsoleClient.HiddenIn(page).Single(field => field.Key == "Second.Ticket").Value);
        using var second = await client.SubmitFormAsync("/sign-in", page, ("Second.Code", codes![0]));
        Assert.Equal(HttpStatusCode.Redirect, second.StatusCode);
        NoteCookies(client);
    }

    private async Task UseApiKeysAsync()
    {
        var made = Assert.IsType<ApiKeyResult.Made>(await Get<ApiKeyService>().CreateAsync(_admin, "ci", ApiScopes.All, null, Cancelled));
        using var program = new ApiClient(host, Note("API key", made.Secret));
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/pods")).Status);
        using var stranger = new ApiClient(host, Note("unknown API key", ApiSecret.New()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/pods")).Status);
    }

    private async Task UsePodAsync(ConsoleClient browser)
    {
        var podId = await DeployAsync();
        using var program = new ApiClient(host, Note("key of a pod", await KeyOfAsync(podId)));
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync($"/pods/{podId}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await program.GetAsync("/pods")).Status);

        var port = new PortKey(PortProtocol.Http, 4000);
        var now = DateTime.UtcNow;
        var (token, secret) = PortGrant.NewToken("program", now, null);
        var link = PortGrant.NewLink("friend", now, now.AddDays(1));
        var pods = Get<PodService>();
        Assert.IsType<PodResult.Saved>(await pods.SetPortOptionsAsync(_admin, podId, null, port, new() { Audience = PortAudience.Owner }, Cancelled));
        Assert.IsType<PodResult.Saved>(await pods.GrantAsync(_admin, podId, port, token, Cancelled));
        Assert.IsType<PodResult.Saved>(await pods.GrantAsync(_admin, podId, port, link, Cancelled));

        using var bearer = host.NewClient();
        bearer.DefaultRequestHeaders.Add("X-Pod-Token", Note("token of a port", secret));
        Assert.Contains("is up", await bearer.GetStringAsync(host.UrlOf(podId.Value, port.Number), Cancelled), StringComparison.Ordinal);
        using var friend = host.NewClient();
        await FollowAsync(friend, Get<PodVisits>().LinkOf(podId, port.Number, link));
        NoteCookies(friend);
        await FollowAsync(browser, new Uri(host.Url, $"{PodVisits.OpenPath}/{podId}-{port.Number}"));
    }

    private async Task<PodId> DeployAsync()
    {
        var recipe = new PodEdit
        {
            Name = "secrets",
            Image = "demo",
            Ports = PortList.Parse("4000", "", 64).Ports,
            Environment = [new("DEMO_HTTP_PORTS", "4000"), new("HF_TOKEN", Note("secret variable", "hf_the-value-of-a-secret-variable"), IsSecret: true)],
        };
        var template = Assert.IsType<TemplateResult.Saved>(await Get<TemplateService>().CreateAsync(
            _admin, new() { Name = "secrets", Recipe = recipe }, cancellationToken: Cancelled)).Template;
        var pod = Assert.IsType<PodResult.Saved>(await Get<PodService>().DeployAsync(
            _admin, new() { TemplateId = template.Id, Overrides = new() { Name = "secrets" } }, Cancelled)).Pod;
        await DemoPods.WaitAsync(host, pod.Id);
        return pod.Id;
    }

    // Where the pod's own program finds it, and nobody else.
    private static async Task<string> KeyOfAsync(PodId podId)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                var variables = Encoding.UTF8.GetString(await File.ReadAllBytesAsync($"{process}/environ", Cancelled)).Split('\0');
                if (variables.Contains($"RUNPOD_POD_ID={podId}"))
                {
                    return variables.Single(variable => variable.StartsWith("RUNPOD_API_KEY=", StringComparison.Ordinal)).Split('=', 2)[1];
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Ended since it was listed, or another user's.
            }
        }

        throw new InvalidOperationException($"No process of pod {podId} was found.");
    }

    // Notes what the addresses on the way hold.
    private async Task FollowAsync(ConsoleClient client, Uri url)
    {
        for (var step = 0; step < 10; step++)
        {
            var query = HttpUtility.ParseQueryString(url.Query);
            foreach (var name in query.AllKeys.Where(name => name is not (null or "returnUrl") && query[name]!.Length >= MinLength))
            {
                Note($"{name} in an address", query[name]!);
            }

            using var answer = await client.GetAsync(url, Cancelled);
            if (answer.StatusCode != HttpStatusCode.Redirect)
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return;
            }

            url = new Uri(url, answer.Headers.Location!);
        }

        Assert.Fail($"No end at {url}.");
    }

    private T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();
}
