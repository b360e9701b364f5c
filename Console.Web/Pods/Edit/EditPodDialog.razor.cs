using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MudBlazor;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Web.Shared;
using PodConsole.Web.Shared.Recipes;

namespace PodConsole.Web.Pods.Edit;

/// <summary>Edit Pod: everything of a pod that its owner may change, and what each change will do.</summary>
public sealed partial class EditPodDialog : LiveComponent
{
    private readonly string _formId = $"edit-pod-{Guid.NewGuid():N}";
    private RecipeForm _form = null!;
    private Pod? _pod;
    private Pod? _theirs;
    private bool _isGone;
    private bool _saving;
    private bool _waits;
    private string _name = "";
    private PortProposal? _proposal;
    private string? _refusal;
    private IReadOnlyList<FieldError> _refused = [];

    /// <summary>The pod.</summary>
    [Parameter, EditorRequired]
    public PodId PodId { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    private PodQueries Queries { get; set; } = null!;

    [Inject]
    private PodService Pods { get; set; } = null!;

    [Inject]
    private IPortPublisher Publisher { get; set; } = null!;

    [Inject]
    private IEnumerable<IPodRuntime> Runtimes { get; set; } = null!;

    [Inject]
    private IOptions<GatewaySettings> Gateway { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private OwnClicks Clicks { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    // The pod that a save changes: the newest known one.
    private Pod Target => _theirs ?? _pod!;

    private RuntimeCapabilities Capabilities => Runtimes.CapabilitiesOf(Target.RuntimeKind);

    private PodEdit Edit => Target.Locked ? new() { Name = _name } : _form.ToEdit() with { Name = _name };

    private int OpenOnRemoved => EditChange.Between(Target, Edit).Removed.Sum(key => Publisher.CountConnections(PodId, key));

    // Whether the connections of removed ports can be waited for: a reset would cut them anyway.
    private bool CanWait => Target is { Drain: null, Locked: false, Intent: PodIntent.Run, Status: PodStatus.Running }
        && Problems.Count == 0 && !EditChange.Between(Target, Edit).ResetsPod && OpenOnRemoved > 0;

    private IReadOnlyList<FieldError> Problems =>
    [
        .. PodRules.Name(_name, "pod") is { } problem ? [new(nameof(PodEdit.Name), problem)] : Array.Empty<FieldError>(),
        .. Target.Locked ? [] : _form.Check(Target.VolumeDiskGb),
    ];

    private IReadOnlyList<FieldError> Errors => [.. Problems, .. _refused];

    private IReadOnlyList<EditEffect>? Effects => Problems.Count > 0 ? null : EditPreview.Of(
        Target, Edit with { DrainsRemoved = _waits && CanWait }, Capabilities, key => Publisher.CountConnections(PodId, key), Gateway.Value.DrainTimeout);

    private PortPlanRequest? PlanRequest => Target.Locked || !_form.Ports.Result.IsValid ? null : new()
    {
        PodId = PodId,
        Ports = _form.Ports.Ports,
        ResetsPod = Resets,
    };

    private bool Resets => _pod is not null && Effects is { } effects && effects.Any(effect => effect.Kind == EffectKind.Reset);

    private bool CanSave => _pod is not null && !_saving && Effects is { Count: > 0 };

    private bool HasTyped => _pod is not null && (Problems.Count > 0 || Differs(_pod));

    /// <summary>Opens the dialog; true when the pod was saved.</summary>
    public static async Task<bool> OpenAsync(IDialogService dialogs, PodId podId)
    {
        var parameters = new DialogParameters<EditPodDialog> { { dialog => dialog.PodId, podId } };
        var reference = await dialogs.ShowAsync<EditPodDialog>("Edit Pod", parameters, FormDialog.Options(MaxWidth.Large));
        return await reference.Result is { Canceled: false };
    }

    /// <inheritdoc/>
    protected override bool Concerns(PodId podId) => podId == PodId;

    /// <inheritdoc/>
    protected override async Task RefreshAsync()
    {
        var current = await Queries.FindAsync(await Actor.GetAsync(), PodId);

        // The dialog's own save ticks before it has answered.
        if (_saving)
        {
            return;
        }

        _isGone = current is null;
        if (current is not null)
        {
            Notice(current);
        }
    }

    private void Notice(Pod current)
    {
        if (_pod is null || !HasTyped)
        {
            Load(current);
        }
        else if (PodComparison.Describe(_pod, current).Count > 0)
        {
            _theirs = current;
        }
        else
        {
            // A start or stop changes nothing that is edited here, but what a save will do.
            (_pod, _theirs) = (current, null);
        }
    }

    private void Load(Pod pod)
    {
        (_pod, _theirs, _refusal, _refused) = (pod, null, null, []);
        _name = pod.Name;
        _form = RecipeForm.Of(pod, Gateway.Value.MaxTcpPorts);
    }

    private bool Differs(Pod pod) =>
        EditChange.Between(pod, Edit) is { } change && (change.Name || change.ChangesPorts || change.ResetsPod);

    private void SetName(string name)
    {
        _name = name;
        OnTyped();
    }

    private void OnTyped() => (_refusal, _refused) = (null, []);

    private Task SubmitAsync() => CanSave && _theirs is null ? SaveAsync() : Task.CompletedTask;

    private async Task SaveAsync()
    {
        if (!CanSave)
        {
            return;
        }

        (_saving, var edit, var version) = (true, Edit with { Proposal = _proposal, DrainsRemoved = _waits && CanWait }, Target.Version);
        PodResult result;
        using var click = Clicks.Begin(PodId);
        try
        {
            result = await Pods.EditAsync(await Actor.GetAsync(), PodId, version, edit);
        }
        finally
        {
            _saving = false;
        }

        Show(result);
    }

    private void Show(PodResult result)
    {
        switch (result)
        {
            case PodResult.Saved:
                Snackbar.Add("Saved", Severity.Success);
                Dialog.Close(DialogResult.Ok(true));
                break;
            case PodResult.Conflict(var current):
                Notice(current);
                _refusal = _theirs is null ? "The pod was started or stopped meanwhile. Check below what Save will do, then save again." : null;
                break;
            case PodResult.Invalid(var errors):
                _refused = errors;
                break;
            case PodResult.Refused(var message):
                _refusal = message;
                break;
            case PodResult.WrongStatus(var message):
                _refusal = message;
                break;
            case PodResult.Locked:
                _refusal = "Somebody locked this pod meanwhile. Unlock it in its menu, then save again.";
                break;
            default:
                _isGone = true;
                break;
        }
    }

    private async Task CancelAsync()
    {
        if (_isGone || !HasTyped || await ConfirmDialog.AskDiscardAsync(Dialogs))
        {
            Dialog.Cancel();
        }
    }
}
