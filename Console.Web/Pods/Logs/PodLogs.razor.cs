using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;

namespace PodConsole.Web.Pods.Logs;

/// <summary>Reads a pod's output for as long as it is looked at. Repaints at most ten times a second, however fast it comes.</summary>
public sealed partial class PodLogs
{
    /// <summary>Lines that are there already and shown first.</summary>
    public const int Tail = 500;

    private static readonly TimeSpan RepaintInterval = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _left = new();
    private readonly LogBuffer _buffer = new();
    private List<LogLine> _lines = [];
    private ElementReference _view;
    private State _state;
    private int _generation;
    private int _repaintPending;
    private bool _timestamps = true;
    private bool _wrap;

    private enum State
    {
        Reading,
        Ended,
        Failed,
    }

    /// <summary>The pod.</summary>
    [Parameter, EditorRequired]
    public Pod Pod { get; set; } = null!;

    private string EmptyText => _state == State.Reading && !PodStatusView.IsAtRest(Pod) ? "Waiting for the first line…" : "There is no output.";

    private string Footer =>
        _lines.Count >= LogBuffer.Capacity ? $"The newest {LogBuffer.Capacity} lines are kept here."
        : PodStatusView.IsAtRest(Pod) ? "The pod does not run. New lines appear when it starts."
        : _state == State.Ended ? "The output has ended."
        : "";

    /// <inheritdoc/>
    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Start();

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (_state == State.Ended && _generation != Pod.Generation)
        {
            Start();
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Js.InvokeVoidAsync("podConsole.followEnd", _view);
        }
    }

    private void Start()
    {
        (_state, _generation) = (State.Reading, Pod.Generation);
        _ = ReadAsync(_left.Token);
    }

    private async Task ReadAsync(CancellationToken left)
    {
        try
        {
            var pod = await Queries.FindAsync(await CurrentActor.GetAsync(), Pod.Id, left);
            if (pod is not null && Runtimes.FirstOrDefault(runtime => runtime.Kind == pod.RuntimeKind) is { } runtime)
            {
                // Off the circuit's own thread: a pod that floods its output must not make the page wait.
                await Task.Run(() => FillAsync(runtime, left), left);
            }

            _state = State.Ended;
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            return;
        }
        catch (IOException)
        {
            _state = State.Failed;
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }

        Repaint();
    }

    private async Task FillAsync(IPodRuntime runtime, CancellationToken left)
    {
        var query = new LogQuery(Tail, Follow: true, AfterSequence: _buffer.LastSequence);
        await foreach (var line in runtime.ReadLogsAsync(Pod.Id, query, left))
        {
            _buffer.Add(line);
            if (Interlocked.Exchange(ref _repaintPending, 1) == 0)
            {
                _ = RepaintSoonAsync(left);
            }
        }
    }

    private async Task RepaintSoonAsync(CancellationToken left)
    {
        await Task.Delay(RepaintInterval, Clock, left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref _repaintPending, 0);
        if (!left.IsCancellationRequested)
        {
            await InvokeAsync(Repaint);
        }
    }

    private void Repaint()
    {
        _lines = _buffer.ToList();
        StateHasChanged();
    }

    private async Task CopyAsync()
    {
        if (await Js.InvokeAsync<bool>("podConsole.copy", Text()))
        {
            Snackbar.Add("Copied", Severity.Success);
        }
        else
        {
            Snackbar.Add("The browser did not allow copying. Download the output instead.", Severity.Warning);
        }
    }

    private async Task DownloadAsync() => await Js.InvokeVoidAsync("podConsole.download", $"{Pod.Id}.log", Text());

    private async Task JumpAsync() => await Js.InvokeVoidAsync("podConsole.scrollToEnd", _view);

    private string Text() => string.Concat(_lines.Select(line =>
        _timestamps ? $"{LogRow.Format(line.Timestamp)} {line.Text}\n" : $"{line.Text}\n"));
}
