using Microsoft.AspNetCore.Components;

namespace PodConsole.Web.Shared;

/// <summary>A component whose text ages: it is repainted every few seconds without reading anything.</summary>
public abstract class ClockComponent : ComponentBase, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private ITimer? _timer;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    /// <summary>The present time, UTC.</summary>
    protected DateTime Now => Clock.GetUtcNow().UtcDateTime;

    /// <inheritdoc/>
    protected override void OnInitialized() =>
        _timer = Clock.CreateTimer(_ => InvokeAsync(StateHasChanged), null, Interval, Interval);

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        GC.SuppressFinalize(this);
    }
}
