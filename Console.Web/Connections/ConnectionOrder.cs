namespace PodConsole.Web.Connections;

/// <summary>By what the list is sorted.</summary>
internal enum ConnectionColumn
{
    Pod,
    Kind,
    Client,
    Age,
    Idle,
    Up,
    Down,
    Rate,
}

/// <summary>How the list is sorted; written in addresses as <c>rate</c>, or <c>-rate</c> for the largest first.</summary>
/// <param name="Column">By what.</param>
/// <param name="IsDescending">Whether the largest comes first.</param>
internal readonly record struct ConnectionOrder(ConnectionColumn Column, bool IsDescending)
{
    /// <summary>The youngest first.</summary>
    public static readonly ConnectionOrder Default = new(ConnectionColumn.Age, IsDescending: false);

    /// <summary>The order that an address names; <see cref="Default"/> for anything else.</summary>
    public static ConnectionOrder Parse(string? text) =>
        Enum.TryParse<ConnectionColumn>(text?.TrimStart('-'), ignoreCase: true, out var column) && Enum.IsDefined(column)
            ? new(column, text!.StartsWith('-'))
            : Default;

    /// <summary>By a column: the other way round when it is the present one.</summary>
    public ConnectionOrder By(ConnectionColumn column) => new(column, Column == column ? !IsDescending
        : column is ConnectionColumn.Idle or ConnectionColumn.Up or ConnectionColumn.Down or ConnectionColumn.Rate);

    /// <inheritdoc/>
    public override string ToString() => (IsDescending ? "-" : "") + Column.ToString().ToLowerInvariant();
}
