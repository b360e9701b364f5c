using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Data;
using PodConsole.Tests.Web.Api.Contract;

namespace PodConsole.Tests.Support;

/// <summary>A program that speaks to a console's REST API.</summary>
internal sealed class ApiClient(ConsoleHost host, string? key) : IDisposable
{
    private readonly ConsoleClient _client = host.NewClient();

    /// <summary>The console's administrator.</summary>
    public static ApiClient Of(ConsoleHost host) => new(host, ConsoleHost.ApiKey);

    /// <summary>The program of a new account.</summary>
    /// <param name="host">The console.</param>
    /// <param name="scopes">What its key may do.</param>
    /// <param name="role">The account's role.</param>
    public static async Task<ApiClient> OfNewUserAsync(ConsoleHost host, ApiScopes scopes = ApiScopes.All, string role = Roles.User)
    {
        var key = ApiSecret.New();
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var email = $"{ApiSecret.HashOf(key)[..8]}@example.org";
        var user = new User { UserName = email, Email = email };
        Assert.True((await users.CreateAsync(user)).Succeeded && (await users.AddToRoleAsync(user, role)).Succeeded);
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        db.ApiKeys.Add(new() { UserId = user.Id, Name = "test", Hash = ApiSecret.HashOf(key), Scopes = scopes });
        await db.SaveChangesAsync();
        return new(host, key);
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiAnswer> PostAsync(string path, string body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, headers);

    public Task<ApiAnswer> PatchAsync(string path, string body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<ApiAnswer> PutAsync(string path, string body) => SendAsync(HttpMethod.Put, path, body);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Sends a request below <c>/v2</c>. Its answer is what the contract says, where the contract says something.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = NewRequest(method, path, headers);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var answer = new ApiAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, text.Length > 0 ? JsonNode.Parse(text) : null,
            response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value)));
        RunpodContract.Instance.Verify(method.Method, $"/v2{path}", answer);
        return answer;
    }

    /// <summary>Asks for something whose body is read as it comes.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = NewRequest(HttpMethod.Get, path, headers);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Creates a pod of the demo and waits until it runs.</summary>
    public async Task<JsonNode> CreateRunningAsync(string ports = "[\"4000/http\",\"70000/tcp\"]", string name = "api")
    {
        var created = await PostAsync("/pods", $$"""{"name":"{{name}}","templateId":"pod-console-demo","ports":{{ports}}}""");
        Assert.Equal(HttpStatusCode.Created, created.Status);
        return await WaitForAsync((string)created.Body!["id"]!, "RUNNING");
    }

    /// <summary>Waits until a pod has this status.</summary>
    public async Task<JsonNode> WaitForAsync(string podId, string status)
    {
        JsonNode? pod = null;
        await Eventually.TrueAsync(async () => (string?)(pod = (await GetAsync($"/pods/{podId}")).Body)!["status"] == status, $"the pod is {status}");
        return pod!;
    }

    /// <summary>Takes the key away.</summary>
    public async Task RevokeAsync()
    {
        var hash = ApiSecret.HashOf(key!);
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<ConsoleDbContext>>().CreateDbContextAsync();
        await db.ApiKeys.Where(item => item.Hash == hash).ExecuteDeleteAsync();
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage NewRequest(HttpMethod method, string path, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, $"/v2{path}");
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return request;
    }
}

/// <summary>What the API answered.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, string? MediaType, JsonNode? Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>The problem's list of errors.</summary>
    public IReadOnlyList<string> Errors => Body?["errors"] is JsonArray list ? [.. list.Select(item => (string)item!)] : [];

    /// <summary>The problem's detail.</summary>
    public string Detail => (string?)Body?["detail"] ?? "";
}
