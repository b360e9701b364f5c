using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PodConsole.Domain.Data;

internal static class JsonConversion
{
    /// <summary>Stores an immutable record as one JSON column; it is always replaced as a whole, and equal by value.</summary>
    /// <param name="property">The column.</param>
    /// <param name="usual">What most rows hold, if there is such a thing: all of those share this one object.</param>
    public static PropertyBuilder<T> HasJsonConversion<T>(this PropertyBuilder<T> property, T? usual = null) where T : class, IEquatable<T> =>
        property.HasConversion(
            record => JsonSerializer.Serialize(record, JsonSerializerOptions.Default),
            text => Read(text, usual),
            new ValueComparer<T>((left, right) => Equals(left, right), record => record.GetHashCode(), record => record));

    /// <summary>Stores a list of records as one JSON column; it is always replaced as a whole.</summary>
    public static PropertyBuilder<IReadOnlyList<T>> HasJsonConversion<T>(this PropertyBuilder<IReadOnlyList<T>> property) =>
        property.HasConversion(
            list => JsonSerializer.Serialize(list, JsonSerializerOptions.Default),
            text => text == "[]" ? Array.Empty<T>() : JsonSerializer.Deserialize<T[]>(text, JsonSerializerOptions.Default) ?? Array.Empty<T>(),
            new ValueComparer<IReadOnlyList<T>>(
                (left, right) => left!.SequenceEqual(right!),
                list => list.Aggregate(0, (hash, item) => HashCode.Combine(hash, item)),
                list => list));

    private static T Read<T>(string text, T? usual) where T : class, IEquatable<T>
    {
        var record = JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Default)!;
        return usual is not null && usual.Equals(record) ? usual : record;
    }
}
