using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Tests.EndToEnd.Pages;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.EndToEnd;

/// <summary>A console that stops while its pages are open.</summary>
public sealed class StoppedPagesTests(Chromium chromium)
{
    [Fact]
    public async Task Stop_WithOpenPages_EndsTheirCircuits()
    {
        await using var visit = await Visit.StartSignedOutAsync(chromium, await ConsoleHost.StartAsync());
        var open = 0L;
        using var listener = CountCircuits(visit.Host.Services.GetRequiredService<IMeterFactory>(), change => Interlocked.Add(ref open, change));
        await SignInPage.SignInAsync(visit.Page, visit.Host.Url);
        await (await visit.Context.NewPageAsync()).GotoAsync(new Uri(visit.Host.Url, "/connections").AbsoluteUri);
        await Eventually.TrueAsync(() => Interlocked.Read(ref open) == 2, "both pages have a circuit");
        await visit.Host.StopAsync();

        await Eventually.TrueAsync(() => Interlocked.Read(ref open) == 0, "no circuit is left");
    }

    private static MeterListener CountCircuits(IMeterFactory meters, Action<long> onChange)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "aspnetcore.components.circuit.active" && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, change, _, _) => onChange(change));
        listener.Start();
        return listener;
    }
}
