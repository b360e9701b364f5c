using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using MudBlazor;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Domain.Settings;
using PodConsole.Domain.Templates;
using PodConsole.Web.Shared;
using PodConsole.Web.Shared.Recipes;

namespace PodConsole.Web.Templates;

/// <summary>A new template, a duplicate, or one that is changed.</summary>
public sealed partial class TemplateDialog : ComponentBase
{
    private readonly string _formId = $"template-{Guid.NewGuid():N}";
    private Actor _actor = new("");
    private RecipeForm _form = null!;
    private Template? _theirs;
    private int? _version;
    private string _name = "";
    private string _readme = "";
    private bool _isPublic;
    private int _tab;
    private bool _focusesError;
    private bool _typed;
    private bool _tried;
    private bool _saving;
    private string? _refusal;
    private IReadOnlyList<FieldError> _refused = [];

    /// <summary>The template to change or to duplicate; null for a new one.</summary>
    [Parameter]
    public Template? Template { get; set; }

    /// <summary>Whether a new template is made with the values of <see cref="Template"/>.</summary>
    [Parameter]
    public bool IsCopy { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    private TemplateService Templates { get; set; } = null!;

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
    private ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private string Title => Template is null ? "New Template" : IsCopy ? $"Duplicate {Template.Name}" : "Edit Template";

    private bool WasPublic => Template is { IsPublic: true } && !IsCopy;

    private bool CanSwitch => _actor.CanPublish || WasPublic;

    private string PublishHint => !CanSwitch ? "Only template authors and administrators publish templates to everyone."
        : _isPublic ? "Everyone who has an account here can deploy it."
        : "Only you can see and deploy it.";

    private IReadOnlyList<FieldError> Problems =>
    [
        .. PodRules.Name(_name, "template") is { } problem ? [new(nameof(TemplateDraft.Name), problem)] : Array.Empty<FieldError>(),
        .. _form.Check(),
    ];

    // What was never filled in is wrong only once somebody tries to save.
    private IReadOnlyList<FieldError> Errors => [.. Problems.Where(error => _tried || !IsEmpty(error.Field)), .. _refused];

    /// <summary>Opens the dialog; true when a template was saved.</summary>
    internal static async Task<bool> OpenAsync(IDialogService dialogs, Template? template, bool isCopy)
    {
        var parameters = new DialogParameters<TemplateDialog>
        {
            { dialog => dialog.Template, template },
            { dialog => dialog.IsCopy, isCopy },
        };
        var reference = await dialogs.ShowAsync<TemplateDialog>("Template", parameters, FormDialog.Options(MaxWidth.Medium));
        return await reference.Result is { Canceled: false };
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        Load(Template);
        _actor = await Actor.GetAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focusesError)
        {
            _focusesError = false;
            await Js.InvokeVoidAsync("podConsole.focusFirstError", _formId);
        }
    }

    private void Load(Template? template)
    {
        (_theirs, _refusal, _refused, _typed) = (null, null, [], false);
        _version = template?.Version;
        _name = template is null ? PodNames.Propose() : IsCopy ? $"{template.Name} (copy)" : template.Name;
        _form = template is null ? RecipeForm.Empty(Gateway.Value.MaxTcpPorts) : RecipeForm.Of(template, Gateway.Value.MaxTcpPorts);
        _readme = template?.Readme ?? "";
        _isPublic = template is { IsPublic: true } && !IsCopy;
    }

    private bool IsEmpty(string field) =>
        (field == nameof(TemplateDraft.Name) && _name.Length == 0) || (field == nameof(PodEdit.Image) && _form.Image.Length == 0);

    private void OnTyped() => (_typed, _refusal, _refused) = (true, null, []);

    private void SetName(string name)
    {
        _name = name;
        OnTyped();
    }

    private void SetReadme(string readme)
    {
        _readme = readme;
        OnTyped();
    }

    private void SetPublic(bool isPublic)
    {
        _isPublic = isPublic;
        OnTyped();
    }

    private async Task SubmitAsync()
    {
        _tried = true;
        if (Problems.Count > 0)
        {
            ShowFirstError();
        }
        else if (!_saving)
        {
            await SaveAsync();
        }
    }

    private async Task SaveAsync()
    {
        var draft = new TemplateDraft { Name = _name, Recipe = _form.ToEdit(), Readme = _readme, IsPublic = _isPublic };
        _saving = true;
        try
        {
            var actor = await Actor.GetAsync();
            Show(Template is null || IsCopy
                ? await Templates.CreateAsync(actor, draft, Template?.Id)
                : await Templates.UpdateAsync(actor, Template.Id, _theirs?.Version ?? _version, draft));
        }
        finally
        {
            _saving = false;
        }

        if (_refused.Count > 0)
        {
            ShowFirstError();
        }
    }

    private void ShowFirstError()
    {
        _tab = Errors.All(error => error.Field == nameof(TemplateDraft.Readme)) ? 1 : 0;
        _focusesError = true;
    }

    private void Show(TemplateResult result)
    {
        switch (result)
        {
            case TemplateResult.Saved(var template):
                Snackbar.Add($"{template.Name} was saved", Severity.Success);
                Dialog.Close(DialogResult.Ok(true));
                break;
            case TemplateResult.Invalid(var errors):
                _refused = errors;
                break;
            case TemplateResult.Conflict(var current):
                _theirs = current;
                break;
            default:
                _refusal = "This template was deleted meanwhile. Copy what you need, then make a new one.";
                break;
        }
    }

    private async Task CancelAsync()
    {
        if (!_typed || await ConfirmDialog.AskDiscardAsync(Dialogs))
        {
            Dialog.Cancel();
        }
    }
}
