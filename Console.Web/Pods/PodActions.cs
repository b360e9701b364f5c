using MudBlazor;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Pods;

/// <summary>Does what a person asks of a pod: asks back where something is lost, and says how it ended.</summary>
internal sealed class PodActions(
    PodService pods, IPortPublisher publisher, CurrentActor currentActor, IDialogService dialogs, ISnackbar snackbar,
    OwnClicks clicks)
{
    /// <summary>Asks back where an action loses something. When it is to be done; null for not at all.</summary>
    public async Task<PodTiming?> AskAsync(Pod pod, PodAction action)
    {
        var cut = pod.Ports.Where(port => action != PodAction.Migrate || port.Protocol == PortProtocol.Tcp);
        var open = cut.Sum(port => publisher.CountConnections(pod.Id, port.Key));
        return PodWarning.Of(pod, action, open) is { } warning
            ? (PodTiming?)await ConfirmDialog.ChooseAsync(
                dialogs, warning.Title, warning.Button, warning.IsDestructive, warning.Consequences, warning.Ways)
            : PodTiming.Now;
    }

    /// <summary>Does an action and says how it ended; true when it was done.</summary>
    public Task<bool> DoAsync(Pod pod, PodAction action) => TellAsync(pod, actor => RunAsync(actor, pod.Id, action), Done(pod, action));

    /// <summary>Has an action done once the pod's connections have ended.</summary>
    public Task DrainAsync(Pod pod, PodAction action) => TellAsync(
        pod, actor => pods.DrainAsync(actor, pod.Id, Enum.Parse<DrainAction>($"{action}")), $"{pod.Name} takes no new connections and waits for those that are open.");

    /// <summary>Does at once what a pod waits for.</summary>
    public Task FinishDrainAsync(Pod pod, PodDrain drain) =>
        TellAsync(pod, actor => pods.FinishDrainAsync(actor, pod.Id, drain), $"{pod.Name} waits no longer.");

    /// <summary>Takes a drain back.</summary>
    public Task CancelDrainAsync(Pod pod, PodDrain drain) =>
        TellAsync(pod, actor => pods.CancelDrainAsync(actor, pod.Id, drain), $"{pod.Name} takes new connections again.");

    /// <summary>Gives a pod another name. Null when it was done, else why not.</summary>
    public async Task<string?> RenameAsync(Pod pod, string name)
    {
        var result = await pods.EditAsync(await currentActor.GetAsync(), pod.Id, null, new PodEdit { Name = name });
        return result is PodResult.Saved ? null : Explain(pod.Name, result);
    }

    /// <summary>Why an action or edit was not done, and the next step.</summary>
    internal static string Explain(string name, PodResult result) => result switch
    {
        PodResult.Invalid invalid => string.Join(' ', invalid.Errors.Select(error => error.Message)),
        PodResult.Conflict => $"{name} was changed by somebody else meanwhile. Look at it again, then try once more.",
        PodResult.NotFound => $"{name} is gone: it was terminated meanwhile.",
        PodResult.Locked => $"{name} is locked. Choose Unlock Pod in its menu first.",
        PodResult.WrongStatus wrong => wrong.Message,
        PodResult.Refused refused => refused.Message,
        _ => "",
    };

    private static string Done(Pod pod, PodAction action) => action switch
    {
        PodAction.Start => $"{pod.Name} is starting.",
        PodAction.Stop => $"{pod.Name} is stopping.",
        PodAction.Restart => $"{pod.Name} is restarting.",
        PodAction.Reset when pod.Intent == PodIntent.Run => $"{pod.Name} is being reset.",
        PodAction.Reset => $"The container disk of {pod.Name} will be empty when it starts.",
        PodAction.Migrate => $"{pod.Name} has moved to another public address.",
        PodAction.Terminate => $"{pod.Name} was terminated.",
        PodAction.Lock => $"{pod.Name} is locked.",
        _ => $"{pod.Name} is unlocked.",
    };

    private async Task<bool> TellAsync(Pod pod, Func<Actor, Task<PodResult>> act, string done)
    {
        using var click = clicks.Begin(pod.Id);
        var result = await act(await currentActor.GetAsync());
        var isSaved = result is PodResult.Saved;
        snackbar.Add(isSaved ? done : Explain(pod.Name, result), isSaved ? Severity.Success : Severity.Warning);
        return isSaved;
    }

    private Task<PodResult> RunAsync(Actor actor, PodId podId, PodAction action) => action switch
    {
        PodAction.Start => pods.StartAsync(actor, podId),
        PodAction.Stop => pods.StopAsync(actor, podId),
        PodAction.Restart => pods.RestartAsync(actor, podId),
        PodAction.Reset => pods.ResetAsync(actor, podId),
        PodAction.Migrate => pods.MigrateAsync(actor, podId),
        PodAction.Terminate => pods.TerminateAsync(actor, podId),
        _ => pods.EditAsync(actor, podId, null, new PodEdit { Locked = action == PodAction.Lock }),
    };
}
