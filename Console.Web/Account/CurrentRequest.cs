namespace PodConsole.Web.Account;

/// <summary>
/// The request of the console that a scope of services belongs to. The framework's accessor would note every request of the
/// process, and those for pods would carry that note through each of their steps.
/// </summary>
internal sealed class CurrentRequest
{
    /// <summary>The request; null where there is none.</summary>
    public HttpContext? Context { get; set; }

    /// <summary>Notes a request for its own scope: a step of the pipeline, behind those that make another scope.</summary>
    public static Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        context.RequestServices.GetRequiredService<CurrentRequest>().Context = context;
        return next(context);
    }
}
