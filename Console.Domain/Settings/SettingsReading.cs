using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace PodConsole.Domain.Settings;

/// <summary>
/// Whether the values of a section have the form of their settings. The binder stops at the first value that it cannot
/// convert, and passes over keys that it does not know.
/// </summary>
internal static class SettingsReading
{
    /// <summary>Every value that cannot be read into this type, and every key that it does not have.</summary>
    public static IEnumerable<string> Problems(IConfigurationSection section, Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        return section.GetChildren().SelectMany(item =>
            properties.FirstOrDefault(property => string.Equals(property.Name, item.Key, StringComparison.OrdinalIgnoreCase)) is { } property
                ? ProblemsOf(item, property.PropertyType)
                : [$"{item.Path}: there is no such setting."]);
    }

    private static IEnumerable<string> ProblemsOf(IConfigurationSection item, Type type)
    {
        if (type == typeof(IList<PublicAddressSettings>))
        {
            return item.Value is { Length: > 0 }
                ? [$"{item.Path}: give a list, such as {item.Path}:0:Address."]
                : item.GetChildren().SelectMany(element => Problems(element, typeof(PublicAddressSettings)));
        }

        if (type.Namespace == typeof(SettingsReading).Namespace && type.IsClass)
        {
            return Problems(item, type);
        }

        return item.Value is { Length: > 0 } value && !CanConvert(type, value) ? [$"{item.Path}: '{value}' is not {Describe(type)}."] : [];
    }

    private static bool CanConvert(Type type, string value) =>
        type == typeof(string) || TypeDescriptor.GetConverter(type).IsValid(value);

    private static string Describe(Type type) =>
        type == typeof(int) ? "a whole number"
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a time such as 00:00:30"
        : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : "valid";
}
