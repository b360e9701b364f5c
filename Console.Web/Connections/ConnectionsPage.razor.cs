using Microsoft.AspNetCore.Components;
using MudBlazor;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Web.Shared;

namespace PodConsole.Web.Connections;

/// <summary>
/// The connections of one's own pods; for administrators, of all. Read and painted once per interval, however many come and go.
/// What is shown, and how, is in the address.
/// </summary>
public sealed partial class ConnectionsPage : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly (ConnectionColumn Column, string Label, string Css)[] Columns =
    [
        (ConnectionColumn.Pod, "Pod", ""),
        (ConnectionColumn.Kind, "Protocol", "connections-wide"),
        (ConnectionColumn.Client, "Client", ""),
        (ConnectionColumn.Age, "Age", "connections-number connections-wide"),
        (ConnectionColumn.Idle, "Idle", "connections-number connections-wide"),
        (ConnectionColumn.Up, "To the pod", "connections-number connections-wide"),
        (ConnectionColumn.Down, "From the pod", "connections-number connections-wide"),
        (ConnectionColumn.Rate, "Rate", "connections-number"),
    ];

    private readonly ConnectionView _view = new();
    private ConnectionList? _list;
    private ITimer? _timer;
    private bool _isLive = true;
    private bool _isAdmin;
    private bool _disposed;
    private int _reading;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Words { get; set; }

    [SupplyParameterFromQuery(Name = "group")]
    private string? Group { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "show")]
    private string? Shown { get; set; }

    private bool ShowsClosed => Shown == "closed";

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private ConnectionService Connections { get; set; } = null!;

    [Inject]
    private CurrentActor CurrentActor { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        await ReadAsync();
        _timer = Clock.CreateTimer(_ => InvokeAsync(TickAsync), null, Interval, Interval);
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        (_view.Filter, _view.Order) = (Words ?? "", ConnectionOrder.Parse(Sort));
        _view.Grouping = Enum.GetValues<Grouping>().FirstOrDefault(grouping => TextOf(grouping) == Group);
        _view.Arrange();
        if (Lacks(_list))
        {
            await ReadAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _timer?.Dispose();
    }

    private async Task TickAsync()
    {
        // A reading that takes longer than the interval is not overtaken by the next.
        if (_disposed || !_isLive || Interlocked.Exchange(ref _reading, 1) == 1)
        {
            return;
        }

        try
        {
            await ReadAsync();
            StateHasChanged();
        }
        catch (Exception exception)
        {
            _isLive = false;
            await DispatchExceptionAsync(exception);
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    private async Task ReadAsync()
    {
        var actor = await CurrentActor.GetAsync();
        _isAdmin = actor.IsAdmin;
        do
        {
            _list = await Connections.ListAsync(actor, ShowsClosed);
        }
        while (Lacks(_list)); // They were chosen meanwhile.

        _view.Read(_list, Clock.GetUtcNow().UtcDateTime);
    }

    private bool Lacks(ConnectionList? list) => ShowsClosed && list?.Closed is null;

    private void Go(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrEmpty(value) ? null : value), replace: true);

    private void GroupBy(Grouping grouping) => Go("group", TextOf(grouping));

    private void SortBy(ConnectionColumn column) => Go("sort", $"{_view.Order.By(column)}");

    private static string? TextOf(Grouping grouping) => grouping == Grouping.None ? null : grouping.ToString().ToLowerInvariant();

    private string SortOf(ConnectionColumn column) =>
        _view.Order.Column != column ? "none" : _view.Order.IsDescending ? "descending" : "ascending";

    private async Task EndAsync(ConnectionRow row) => await TellAsync(
        await Connections.EndAsync(await CurrentActor.GetAsync(), row.Connection.Id),
        $"The connection of {ConnectionText.Client(row.Connection)} was ended.");

    private async Task EndGroupAsync(ConnectionGroup group)
    {
        var isPod = _view.Grouping == Grouping.Pod;
        var what = isPod ? $"of the pod {group.Title}" : $"of the client {group.Title}";

        // Those that the filter hides are not meant. Without one, those that come while the question is asked are.
        var shown = _view.IsFiltered ? _view.IdsOf(group) : null;
        if (!await ConfirmDialog.AskAsync(
            Dialogs, $"End {ConnectionText.Count(shown?.Count ?? group.Count)} {what}{(shown is null ? "" : " that the filter shows")}?", "End them", isDestructive: true,
            "Requests under way are cut, WebSockets are closed and TCP connections are reset.",
            "Programs that connect again by themselves are let in again; to keep them out, edit the port's settings."))
        {
            return;
        }

        var actor = await CurrentActor.GetAsync();
        await TellAsync(
            await (shown is not null ? Connections.EndManyAsync(actor, shown)
                : isPod && PodId.TryParse(group.Group, out var podId) ? Connections.EndPodAsync(actor, podId)
                : Connections.EndClientAsync(actor, group.Group)),
            $"The connections {what} were ended.");
    }

    private async Task TellAsync(bool ended, string text)
    {
        Snackbar.Add(ended ? text : "It had ended already.", ended ? Severity.Success : Severity.Info);
        await ReadAsync();
    }
}
