using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;

namespace PodConsole.Tests.Support;

/// <summary>Finds and uses elements the way people name them.</summary>
internal static class Markup
{
    /// <summary>The input or text area under this label.</summary>
    public static IElement Field<T>(this IRenderedComponent<T> component, string label)
        where T : IComponent => component.Fields(label)[0];

    /// <summary>All of them, where rows repeat a label.</summary>
    public static IReadOnlyList<IElement> Fields<T>(this IRenderedComponent<T> component, string label)
        where T : IComponent =>
        [.. component.FindAll("label").Where(item => item.TextContent.Trim() == label)
            .Select(item => item.GetAttribute("for") is { Length: > 0 } id ? component.Find($"[id='{id}']") : item.QuerySelector("input")!)];

    /// <summary>The button or link with this text or name for screen readers.</summary>
    public static IElement Button<T>(this IRenderedComponent<T> component, string name)
        where T : IComponent =>
        component.FindButton(name) ?? throw new InvalidOperationException($"There is no button {name} in {component.Markup}");

    /// <summary>The same; null when there is none.</summary>
    public static IElement? FindButton<T>(this IRenderedComponent<T> component, string name)
        where T : IComponent =>
        component.FindAll("button, a").FirstOrDefault(item => item.TextContent.Trim() == name || item.GetAttribute("aria-label") == name);

    /// <summary>The texts of all elements.</summary>
    public static IReadOnlyList<string> Texts<T>(this IRenderedComponent<T> component, string selector)
        where T : IComponent => [.. component.FindAll(selector).Select(item => item.TextContent.Trim())];
}
