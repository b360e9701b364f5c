using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using MudBlazor;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Planning;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Domain.Templates;
using PodConsole.Web.Shared;
using PodConsole.Web.Shared.Recipes;

namespace PodConsole.Web.Deploy;

/// <summary>Deploy: a template, what is different for this pod, and the way until it runs.</summary>
public sealed partial class DeployPage : LiveComponent
{
    private const string FormId = "deploy";

    // By template, so that looking at another template loses nothing.
    private readonly Dictionary<string, RecipeForm> _overrides = [];
    private IReadOnlyList<Template>? _templates;
    private Template? _template;
    private CloudType _cloud;
    private string _name = PodNames.Propose();
    private string _idempotencyKey = Guid.NewGuid().ToString();
    private bool _saving;
    private Pod? _pod;
    private PortProposal? _proposal;
    private string? _refusal;
    private IReadOnlyList<FieldError> _refused = [];

    /// <summary>The chosen template's id; part of the address.</summary>
    [SupplyParameterFromQuery(Name = "template")]
    public string? TemplateId { get; set; }

    [Inject]
    private TemplateService Templates { get; set; } = null!;

    [Inject]
    private PodService Pods { get; set; } = null!;

    [Inject]
    private PodQueries Queries { get; set; } = null!;

    [Inject]
    private PublicAddresses Addresses { get; set; } = null!;

    [Inject]
    private IEnumerable<IPodRuntime> Runtimes { get; set; } = null!;

    [Inject]
    private IOptions<RuntimeSettings> RuntimeSettings { get; set; } = null!;

    [Inject]
    private IOptions<GatewaySettings> Gateway { get; set; } = null!;

    [Inject]
    private CurrentActor Actor { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private bool IsBusy => _saving || _pod is not null;

    private RuntimeCapabilities Capabilities => Runtimes.CapabilitiesOf(RuntimeSettings.Value.Kind);

    private RecipeForm Form => _overrides.GetValueOrDefault(_template!.Id) ?? RecipeForm.Of(_template, Gateway.Value.MaxTcpPorts);

    private PortPlanRequest? PlanRequest => Form.Ports.Result.IsValid ? new() { Cloud = _cloud, Ports = Form.Ports.Ports } : null;

    private IReadOnlyList<FieldError> Problems => [.. Form.Check(), .. _refused];

    /// <inheritdoc/>
    protected override bool Concerns(PodId podId) => podId == _pod?.Id;

    /// <inheritdoc/>
    protected override async Task RefreshAsync()
    {
        var actor = await Actor.GetAsync();
        if (_templates is null)
        {
            var own = await Templates.ListOwnAsync(actor);
            var everyones = await Templates.ListPublicAsync();
            _templates = [.. everyones.Where(template => template.IsOfficial), .. own, .. everyones.Where(template => !template.IsOfficial && template.OwnerId != actor.UserId)];
            _cloud = Addresses.Clouds is [var first, ..] ? first : CloudType.Secure;
            Choose();
        }

        if (_pod is not null)
        {
            Follow(await Queries.FindAsync(actor, _pod.Id));
        }
    }

    /// <inheritdoc/>
    protected override void OnParametersSet() => Choose();

    private void Choose() => _template = _templates?.FirstOrDefault(template => template.Id == TemplateId) 
        ?? _templates?.FirstOrDefault(template => template.Id == Catalogue.DemoId)
        ?? (_templates is [var first, ..] ? first : null);

    private async Task ChangeTemplateAsync()
    {
        if (await TemplatePicker.AskAsync(Dialogs, _templates!, _template!.Id) is { } id)
        {
            _refused = [];
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("template", id), replace: true);
        }
    }

    private async Task EditTemplateAsync()
    {
        var form = Form.Copy();
        var parameters = new DialogParameters<OverridesDialog>
        {
            { dialog => dialog.Form, form },
            { dialog => dialog.Capabilities, Capabilities },
            { dialog => dialog.Cloud, _cloud },
            { dialog => dialog.Proposal, _proposal },
            { dialog => dialog.Refused, _refused },
        };
        var reference = await Dialogs.ShowAsync<OverridesDialog>("Pod template overrides", parameters, FormDialog.Options(MaxWidth.Medium));
        if (await reference.Result is { Canceled: false } result)
        {
            _proposal = result.Data as PortProposal;
            _overrides[_template!.Id] = form;
            _refused = [];
        }
    }

    private async Task DeployAsync()
    {
        if (IsBusy)
        {
            return;
        }

        (_refusal, _refused) = (null, []);
        if (PodRules.Name(_name, "pod") is not null || Problems.Count > 0)
        {
            await Js.InvokeVoidAsync("podConsole.focusFirstError", FormId);
            return;
        }

        _saving = true;
        try
        {
            await ShowAsync(await Pods.DeployAsync(await Actor.GetAsync(), NewRequest()));
        }
        finally
        {
            _saving = false;
        }
    }

    private DeployRequest NewRequest() => new()
    {
        TemplateId = _template!.Id,
        Cloud = _cloud,
        Overrides = (_overrides.TryGetValue(_template.Id, out var form) ? form.ToEdit() : new()) with { Name = _name, Proposal = _proposal },
        IdempotencyKey = _idempotencyKey,
    };

    private async Task ShowAsync(PodResult result)
    {
        switch (result)
        {
            case PodResult.Saved(var pod, _):
                // What happened before the page knew which pod to watch is read now.
                _pod = pod;
                await RefreshAsync();
                break;
            case PodResult.Invalid(var errors):
                _refused = errors;
                break;
            case PodResult.Refused(var message):
                _refusal = message;
                break;
            default:
                _refusal = "The pod could not be deployed. Reload the page and try again.";
                break;
        }
    }

    private void Follow(Pod? pod)
    {
        if (pod is null)
        {
            (_pod, _refusal) = (null, "The pod was terminated meanwhile.");
            _idempotencyKey = Guid.NewGuid().ToString();
            return;
        }

        _pod = pod;
        if (pod.Status == PodStatus.Running)
        {
            Navigation.NavigateTo($"/pods/{pod.Id}?tab=connect");
        }
    }

    private void StartOver()
    {
        (_pod, _name, _idempotencyKey) = (null, PodNames.Propose(), Guid.NewGuid().ToString());
    }
}
