using Microsoft.AspNetCore.Authorization;
using PodConsole.Web.Api.Account;
using PodConsole.Web.Api.Audit;
using PodConsole.Web.Api.Connections;
using PodConsole.Web.Api.Keys;
using PodConsole.Web.Api.Pods;
using PodConsole.Web.Api.Pods.Logs;
using PodConsole.Web.Api.Ports;
using PodConsole.Web.Api.Reference;
using PodConsole.Web.Api.Templates;

namespace PodConsole.Web.Api;

/// <summary>Puts the REST API below <c>/v2</c>. It speaks Runpod's v2 contract; every call needs a key.</summary>
internal static class ApiRoutes
{
    private const string Prefix = "/v2";

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<ApiKeyOptions, ApiKeyHandler>(ApiKeyHandler.Scheme, null);
        services.AddSingleton<RequestQuota>().AddSingleton<PodAnswers>().AddSingleton<LogStreams>();
        return services.AddApiReference();
    }

    /// <summary>Faults below <c>/v2</c> are answered like the API's other problems, not with a page.</summary>
    public static void UseApiFaults(this IApplicationBuilder app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal),
        api => api.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => Problem.Of(StatusCodes.Status500InternalServerError,
                $"The console could not answer. What happened is in its log under the id {context.TraceIdentifier}.").ExecuteAsync(context),
        }));

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        // Keys only: a browser's session is not looked at here.
        var policy = new AuthorizationPolicyBuilder(ApiKeyHandler.Scheme).RequireAuthenticatedUser()
            .RequireAssertion(context => RouteScopes.FindObstacle((HttpContext)context.Resource!) is null).Build();
        var api = routes.MapGroup(Prefix).RequireAuthorization(policy).DisableAntiforgery().AddEndpointFilter<QuotaFilter>();
        foreach (var status in new[] { StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests })
        {
            api.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Problem), [Problem.MediaType]));
        }

        api.MapPods();
        api.MapPorts();
        api.MapDrains();
        api.MapPlans();
        api.MapTemplates();
        api.MapSshKeys();
        api.MapConnections();
        api.MapAudit();
        api.Map("{**path}", () => Problem.NotFound("resource")).ExcludeFromDescription();
        routes.MapApiReference();
    }
}
