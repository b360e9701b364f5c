using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace PodConsole.Tests.Isolation;

/// <summary>Every endpoint of the running console, for everyone who may call: see <see cref="EndpointRules"/>.</summary>
public sealed partial class EndpointTests(Tenants tenants) : IClassFixture<Tenants>
{
    public static TheoryData<string> Names => [.. EndpointRules.All.Select(rule => rule.Name)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private IEnumerable<RouteEndpoint> Endpoints =>
        tenants.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public void Endpoints_OfTheRunningConsole_EachHaveARule()
    {
        var known = EndpointRules.All.Select(rule => rule.Endpoint).ToHashSet();
        var mapped = Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null).Select(NameOf).ToHashSet();

        Assert.True(mapped.IsSubsetOf(known), $"Say whom these endpoints are for: add to Console.Tests/Isolation/EndpointRules.cs\n"
            + string.Join('\n', mapped.Except(known).Select(name => $"        new(\"{name}\", Audience.OwnersKey, Of: Thing.Pod),")));
        Assert.True(known.IsSubsetOf(mapped), $"No longer mapped; remove from EndpointRules.cs: {string.Join(", ", known.Except(mapped))}");
    }

    [Fact]
    public void Files_All_AreForEveryone() => Assert.All(
        Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null),
        endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<IAllowAnonymous>()));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_ByEveryone_IsAnsweredAsTheRuleSays(string name)
    {
        var rule = EndpointRules.All.Single(rule => rule.Name == name);
        var callers = Enum.GetValues<Caller>().ToLookup(caller => Replies.Of(rule, caller));
        var foreign = await tenants.NewAsync(rule.Of);
        var before = await tenants.RowsAsync(foreign.Split('-')[0]);

        foreach (var method in MethodsOf(rule))
        {
            foreach (var caller in callers[Reply.SignIn].Concat(callers[Reply.Refused]))
            {
                var answer = await SendAsync(rule, method, caller, foreign);
                Assert.True(IsTurnedAway(answer, Replies.Of(rule, caller)), $"{method} {caller}: {answer}");
            }

            foreach (var caller in callers[Reply.Forbidden])
            {
                var answer = await SendAsync(rule, method, caller, foreign);
                Assert.True(answer.Status == HttpStatusCode.Forbidden, $"{method} {caller}: {answer}");
                Assert.Equal(await SendAsync(rule, method, caller, Tenants.Missing(rule.Of)), answer);
            }

            foreach (var caller in callers[Reply.Hidden])
            {
                var answer = await SendAsync(rule, method, caller, foreign);
                Assert.True(answer.Status == HttpStatusCode.NotFound, $"{method} {caller}: {answer}");
                if (rule.Of != Thing.None || (method == "GET" && caller is (Caller.Other or Caller.Owner)))
                {
                    Assert.Equal(await SendMissingAsync(rule, method, caller), answer);
                }
            }
        }

        if (rule.Of != Thing.None)
        {
            Assert.Equal(before, await tenants.RowsAsync(foreign.Split('-')[0]));
        }

        foreach (var caller in callers[Reply.Served])
        {
            var answer = await SendAsync(rule, MethodsOf(rule)[0], caller, await tenants.NewAsync(rule.Of));
            Assert.True((int)answer.Status == rule.Status, $"{caller}: {answer}");
            if (caller is Caller.Nobody or Caller.Other or Caller.OtherKey)
            {
                Assert.All(tenants.OwnersTexts, text => Assert.DoesNotContain(text, answer.Text, StringComparison.Ordinal));
            }

            if (rule.Shows != Thing.None && caller == Caller.OwnerKey)
            {
                Assert.Contains(tenants.Standing(rule.Shows), answer.Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Circuit_OfAPageOfAnotherOrigin_IsForbiddenToEveryone()
    {
        foreach (var path in new[] { "/_blazor", "/_blazor/negotiate", "/_blazor/disconnect", "/_blazor/initializers" })
        {
            foreach (var caller in Enum.GetValues<Caller>())
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path);
                request.Headers.Add("Origin", $"https://{tenants.Standing(Thing.Pod)}-4000.proxy.localhost:{tenants.Host.Url.Port}");
                using var answer = await tenants.Client(caller).SendAsync(request, Cancelled);
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            }
        }
    }

    private static string NameOf(RouteEndpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
        var path = endpoint.RoutePattern.RawText!;
        return $"{(methods.Count > 0 ? string.Join(',', methods) : "*")} {(path == "/" ? path : path.TrimEnd('/'))}";
    }

    private static string[] MethodsOf(EndpointRule rule) => rule.Endpoint.Split(' ')[0] is var methods and not "*" ? methods.Split(',') : ["POST"];

    private static bool IsTurnedAway(Answer answer, Reply reply) => reply == Reply.SignIn
        ? answer.Status == HttpStatusCode.Redirect && answer.Headers.Contains("Location: https://localhost:?/sign-in?returnUrl=", StringComparison.Ordinal)
        : answer.Status == HttpStatusCode.Unauthorized;

    // What has no id to be wrong is compared with an address where nothing is.
    private Task<Answer> SendMissingAsync(EndpointRule rule, string method, Caller caller) => rule.Of != Thing.None
        ? SendAsync(rule, method, caller, Tenants.Missing(rule.Of))
        : SendAsync(rule with { Endpoint = $"{method} /no/such/page" }, method, caller, "");

    private async Task<Answer> SendAsync(EndpointRule rule, string method, Caller caller, string id)
    {
        var path = Parameter().Replace(rule.Endpoint.Split(' ')[1], rule.Of == Thing.None ? "no-such.file" : id);
        using var request = new HttpRequestMessage(new(method), path.StartsWith('/') ? path : $"/{path}");
        if (rule.Body is not null)
        {
            request.Content = new StringContent(rule.Body.Replace("{id}", id, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        }

        using var response = await tenants.Client(caller).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        return await Answer.OfAsync(response, id);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
