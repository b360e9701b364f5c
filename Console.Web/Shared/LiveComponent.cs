using Microsoft.AspNetCore.Components;
using PodConsole.Domain.Pods;

namespace PodConsole.Web.Shared;

/// <summary>
/// A component that shows pods and changes with them. It subscribes before it loads, so that no change falls in between, and
/// folds a burst of changes into one repaint.
/// </summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    private IDisposable? _subscription;
    private int _pending;
    private bool _disposed;

    [Inject]
    private PodFeed Feed { get; set; } = null!;

    /// <summary>Whether a change of this pod matters here. Called on any thread.</summary>
    protected virtual bool Concerns(PodId podId) => true;

    /// <summary>Reads the state anew. Runs first when the component is made, then after each burst of changes.</summary>
    protected abstract Task RefreshAsync();

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        _subscription = Feed.Watch(OnChange);
        await RefreshAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Unsubscribes.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _disposed = true;
        _subscription?.Dispose();
    }

    private void OnChange(PodId podId)
    {
        if (!_disposed && Concerns(podId) && Interlocked.Exchange(ref _pending, 1) == 0)
        {
            _ = InvokeAsync(RepaintAsync);
        }
    }

    private async Task RepaintAsync()
    {
        // Changes from here on ask for another repaint.
        Volatile.Write(ref _pending, 0);
        try
        {
            if (!_disposed)
            {
                await RefreshAsync();
                StateHasChanged();
            }
        }
        catch (ObjectDisposedException) when (_disposed)
        {
            // The tab was closed while the state was read: nobody is left to show it to.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }
}
