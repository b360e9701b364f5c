using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using MudBlazor;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Settings;
using PodConsole.Web.Pods;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Connect.Settings;

/// <summary>Settings of one exposed port: applied live, without touching other ports.</summary>
public sealed partial class PortSettingsDialog : ComponentBase
{
    private readonly string _formId = $"port-settings-{Guid.NewGuid():N}";
    private PortSettingsForm _form = null!;
    private PodPort? _port;
    private Pod? _conflict;
    private int _version;
    private int _tab;
    private bool _isOwner;
    private bool _isLocked;
    private bool _saving;
    private string? _problem;
    private IReadOnlyList<FieldError> _refused = [];

    /// <summary>The pod.</summary>
    [Parameter, EditorRequired]
    public PodId PodId { get; set; }

    /// <summary>The port.</summary>
    [Parameter, EditorRequired]
    public PortKey Key { get; set; }

    /// <summary>Where it is opened.</summary>
    [Parameter]
    public string Url { get; set; } = "";

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    private PodQueries Queries { get; set; } = null!;

    [Inject]
    private PodService Pods { get; set; } = null!;

    [Inject]
    private IOptions<GatewaySettings> Gateway { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    private DateTime Now => Clock.GetUtcNow().UtcDateTime;

    private string Title => _port is { Label.Length: > 0 } port ? $"{Key} · {port.Label}" : $"{Key}";

    private bool IsChanged => _port is not null && _form.IsChanged(Now);

    private IReadOnlyList<FieldError> Problems => _port is null ? []
        : PortOptionRules.Check(_form.ToOptions(Now), _port.Options, Key.Protocol, Gateway.Value, Now);

    private IReadOnlyList<FieldError> Errors => [.. Problems, .. _refused];

    /// <summary>Opens the dialog.</summary>
    internal static Task OpenAsync(IDialogService dialogs, PodId podId, ExposedPort port)
    {
        var parameters = new DialogParameters<PortSettingsDialog>
        {
            { dialog => dialog.PodId, podId },
            { dialog => dialog.Key, port.Key },
            { dialog => dialog.Url, port.Url?.AbsoluteUri ?? "" },
        };
        return dialogs.ShowAsync<PortSettingsDialog>("Port settings", parameters, FormDialog.Options(MaxWidth.Small));
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        var actor = await Actor.GetAsync();
        var pod = await Queries.FindAsync(actor, PodId);
        _isOwner = pod?.OwnerId == actor.UserId;
        Load(pod);
    }

    private void Load(Pod? pod)
    {
        (_conflict, _refused, _problem) = (null, [], null);
        _port = pod?.Ports.Find(port => port.Key == Key);
        if (_port is null)
        {
            _problem = $"{Key} is no longer exposed: it was removed meanwhile.";
            return;
        }

        _form = new(Key.Protocol, _port.Options);
        (_version, _isLocked) = (pod!.Version, pod.Locked);
    }

    private void OnTyped() => (_refused, _problem) = ([], null);

    private void OnGrants(Pod pod)
    {
        _version = pod.Version;
        _port = pod.Ports.Find(port => port.Key == Key) ?? _port;
    }

    private Task SubmitAsync()
    {
        if (Problems.Count > 0)
        {
            _tab = Problems.Any(IsOnAccessTab) ? 0 : Key.Protocol == PortProtocol.Http ? 2 : 1;
            return Task.CompletedTask;
        }

        return IsChanged && !_saving && _conflict is null ? SaveAsync(_version) : Task.CompletedTask;
    }

    private Task SaveAnywayAsync() => SaveAsync(_conflict?.Version);

    private async Task SaveAsync(int? version)
    {
        _saving = true;
        try
        {
            Show(await Pods.SetPortOptionsAsync(await Actor.GetAsync(), PodId, version, Key, _form.ToOptions(Now)));
        }
        finally
        {
            _saving = false;
        }
    }

    private void Show(PodResult result)
    {
        switch (result)
        {
            case PodResult.Saved:
                Snackbar.Add($"{Key}: settings saved", Severity.Success);
                Dialog.Close(DialogResult.Ok(true));
                break;
            case PodResult.Invalid(var errors):
                _refused = errors;
                break;
            case PodResult.Conflict(var current):
                _conflict = current;
                break;
            default:
                _problem = PodActions.Explain("The pod", result);
                break;
        }
    }

    private static bool IsOnAccessTab(FieldError error) =>
        error.Field is nameof(PortOptions.AllowedNetworks) or nameof(PortOptions.DeniedNetworks) or nameof(PortOptions.ClosesAt);

    private async Task CancelAsync()
    {
        if (!IsChanged || await ConfirmDialog.AskDiscardAsync(Dialogs, "What you entered is not saved."))
        {
            Dialog.Cancel();
        }
    }
}
