using System.Net;
using System.Text.RegularExpressions;

namespace PodConsole.Tests.Support;

/// <summary>A browser without eyes: keeps cookies, and posts the console's plain forms.</summary>
internal sealed partial class ConsoleClient(SocketsHttpHandler handler) : HttpClient(handler)
{
    public CookieContainer Cookies => handler.CookieContainer;

    /// <summary>Signs in through the page.</summary>
    public Task<HttpResponseMessage> SignInAsync(string email, string password, string page = "/sign-in") =>
        SubmitAsync(page, ("Input.Email", email), ("Input.Password", password));

    /// <summary>Signs out, with the token of a page.</summary>
    public async Task<HttpResponseMessage> SignOutAsync()
    {
        var html = await GetStringAsync("/sign-in", TestContext.Current.CancellationToken);
        using var content = new FormUrlEncodedContent(HiddenIn(html));
        return await PostAsync("/sign-out", content, TestContext.Current.CancellationToken);
    }

    /// <summary>Whether the console knows this client: an address without a page is hidden from anyone else.</summary>
    public async Task<bool> IsSignedInAsync()
    {
        using var answer = await GetAsync("/no/such/page", TestContext.Current.CancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound;
    }

    /// <summary>Opens a page and posts its form with these values.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string page, params (string Name, string Value)[] values)
    {
        var html = await GetStringAsync(page, TestContext.Current.CancellationToken);
        return await SubmitFormAsync(Form().Match(html) is { Success: true } form ? WebUtility.HtmlDecode(form.Groups[1].Value) : page, html, values);
    }

    /// <summary>Posts the form of a page that is open already.</summary>
    public async Task<HttpResponseMessage> SubmitFormAsync(string action, string html, params (string Name, string Value)[] values)
    {
        using var content = new FormUrlEncodedContent([.. HiddenIn(html), .. values.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        return await PostAsync(action, content, TestContext.Current.CancellationToken);
    }

    /// <summary>The hidden fields of a page.</summary>
    public static IEnumerable<KeyValuePair<string, string>> HiddenIn(string html) =>
        HiddenInput().Matches(html).Select(match => KeyValuePair.Create(match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value)));

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" */?>""")]
    private static partial Regex HiddenInput();

    [GeneratedRegex("""<form method="post" action="([^"]+)">""")]
    private static partial Regex Form();
}
