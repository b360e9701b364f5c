using System.Text.Json;
using System.Text.RegularExpressions;

namespace PodConsole.Web.Api.Bodies;

/// <summary>
/// Reads one JSON object strictly: whatever is not asked for, or has another type, becomes an error with its path, in the words
/// of the contract. All errors are collected; what could not be read is null.
/// </summary>
internal class BodyReader
{
    private readonly Dictionary<string, JsonElement> _properties;
    private readonly string _path;

    private BodyReader(JsonElement element, string path, List<string> errors)
    {
        (_path, Errors) = (path, errors);
        _properties = element.EnumerateObject().ToDictionary(property => property.Name, property => property.Value);
    }

    /// <summary>For a reader without a body, which only learns what is asked for.</summary>
    protected BodyReader()
    {
        (_path, _properties, Errors) = ("$", [], []);
    }

    /// <summary>Everything that is wrong so far.</summary>
    public List<string> Errors { get; }

    /// <summary>Opens the body; null when it is not an object, which is then in <paramref name="errors"/>.</summary>
    public static BodyReader? Open(JsonElement body, List<string> errors) => Open(body, "$", errors);

    /// <summary>Whether the object has this property, right or wrong. Reading takes it away.</summary>
    public virtual bool Has(string name) => _properties.ContainsKey(name);

    /// <summary>Says that these must be there.</summary>
    public virtual void Require(params IEnumerable<string> names)
    {
        foreach (var name in names.Where(name => !Has(name)))
        {
            Errors.Add($"{_path}: missing property '{name}'");
        }
    }

    public virtual string? String(string name, int minLength = 0, Regex? pattern = null)
    {
        if (Take(name, JsonValueKind.String, "string") is not { } value)
        {
            return null;
        }

        var text = value.GetString()!;
        if (text.Length < minLength)
        {
            Fail(name, $"minLength: got {text.Length}, want {minLength}");
        }

        CheckPattern(text, pattern, $"{_path}.{name}");
        return text;
    }

    /// <summary>A string that may also be null.</summary>
    public virtual string? NullableString(string name)
    {
        if (_properties.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Null)
        {
            _properties.Remove(name);
        }

        return String(name);
    }

    public virtual string? OneOf(string name, params IReadOnlyList<string> allowed)
    {
        var text = String(name);
        if (text is not null && !allowed.Contains(text))
        {
            Fail(name, $"value must be one of {string.Join(", ", allowed.Select(item => $"'{item}'"))}");
        }

        return text;
    }

    public virtual int? Integer(string name, int minimum)
    {
        if (Take(name, JsonValueKind.Number, "integer") is not { } value)
        {
            return null;
        }

        if (!value.TryGetInt32(out var number))
        {
            Fail(name, $"got {value.GetRawText()}, want integer");
            return null;
        }

        if (number < minimum)
        {
            Fail(name, $"minimum: got {number}, want {minimum}");
        }

        return number;
    }

    public virtual bool? Boolean(string name) =>
        _properties.Remove(name, out var value)
            ? value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : Fail<bool>(name, value, "boolean")
            : null;

    public virtual BodyReader? Object(string name) =>
        _properties.Remove(name, out var value) ? Open(value, $"{_path}.{name}", Errors) : null;

    /// <summary>A list of strings; an element of another type is left out, and is an error.</summary>
    public virtual IReadOnlyList<string>? Strings(string name, Regex? pattern = null) =>
        Take(name, JsonValueKind.Array, "array") is { } value
            ? [.. value.EnumerateArray().Select((item, index) => AsString(item, $"{_path}.{name}[{index}]", pattern)).OfType<string>()]
            : null;

    /// <summary>An object whose values are strings.</summary>
    public virtual IReadOnlyList<KeyValuePair<string, string>>? Map(string name) =>
        Take(name, JsonValueKind.Object, "object") is { } value
            ? [.. value.EnumerateObject().Select(property => (property.Name, Text: AsString(property.Value, $"{_path}.{name}.{property.Name}")))
                .Where(pair => pair.Text is not null).Select(pair => KeyValuePair.Create(pair.Name, pair.Text!))]
            : null;

    /// <summary>Takes a property without looking at it.</summary>
    public virtual void Discard(string name) => _properties.Remove(name);

    /// <summary>Ends the reading: whatever was not asked for is an error.</summary>
    public void Close()
    {
        if (_properties.Count > 0)
        {
            Errors.Add($"{_path}: additional properties {string.Join(", ", _properties.Keys.Select(name => $"'{Shorten(name)}'"))} not allowed");
        }
    }

    /// <summary>A text of the caller's as it is shown in an error.</summary>
    public static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";

    /// <summary>Adds an error at a property.</summary>
    public void Fail(string name, string message) => Errors.Add($"{_path}.{name}: {message}");

    private static BodyReader? Open(JsonElement element, string path, List<string> errors)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return new(element, path, errors);
        }

        errors.Add($"{path}: got {NameOf(element)}, want object");
        return null;
    }

    private static string NameOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private JsonElement? Take(string name, JsonValueKind kind, string wanted) =>
        !_properties.Remove(name, out var value) ? null
        : value.ValueKind == kind ? value
        : Fail<JsonElement>(name, value, wanted);

    private T? Fail<T>(string name, JsonElement value, string wanted)
        where T : struct
    {
        Fail(name, $"got {NameOf(value)}, want {wanted}");
        return null;
    }

    private void CheckPattern(string text, Regex? pattern, string path)
    {
        if (pattern?.IsMatch(text) == false)
        {
            Errors.Add($"{path}: '{Shorten(text)}' does not match pattern '{pattern}'");
        }
    }

    private string? AsString(JsonElement value, string path, Regex? pattern = null)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            var text = value.GetString()!;
            CheckPattern(text, pattern, path);
            return text;
        }

        Errors.Add($"{path}: got {NameOf(value)}, want string");
        return null;
    }
}
