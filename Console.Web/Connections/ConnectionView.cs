using System.Globalization;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;

namespace PodConsole.Web.Connections;

/// <summary>What of the connections is shown, and in which order.</summary>
internal sealed class ConnectionView
{
    private Dictionary<long, long> _bytesBefore = [];
    private DateTime _readAt;
    private IReadOnlyList<ConnectionRow> _rows = [];
    private ConnectionList _list = new([], null, new Dictionary<PodId, ConnectionPod>());

    /// <summary>Words that must all occur in a line's pod, owner, port, kind or client, or in why it ended.</summary>
    public string Filter { get; set; } = "";

    /// <summary>Whether the filter may leave connections out.</summary>
    public bool IsFiltered => !string.IsNullOrWhiteSpace(Filter);

    public Grouping Grouping { get; set; }

    public ConnectionOrder Order { get; set; } = ConnectionOrder.Default;

    /// <summary>The lines to show.</summary>
    public List<ConnectionLine> Lines { get; private set; } = [];

    /// <summary>How many connections are shown.</summary>
    public int Shown { get; private set; }

    /// <summary>How many there are.</summary>
    public int Total => _rows.Count;

    /// <summary>Bytes per second of those that are shown.</summary>
    public double Rate { get; private set; }

    /// <summary>Those that ended and are shown, newest first; empty while they were not read.</summary>
    public IReadOnlyList<ClosedConnection> Closed { get; private set; } = [];

    /// <summary>How many of those that ended there are.</summary>
    public int ClosedTotal => _list.Closed?.Count ?? 0;

    /// <summary>Takes in what was read just now.</summary>
    public void Read(ConnectionList list, DateTime now)
    {
        var seconds = Math.Max((now - _readAt).TotalSeconds, 0.1);
        var isFirst = _readAt == default;
        _rows = [.. list.Open.Where(connection => list.Pods.ContainsKey(connection.PodId)).Select(connection => new ConnectionRow(
            connection, list.Pods[connection.PodId], isFirst ? 0 : (BytesOf(connection) - _bytesBefore.GetValueOrDefault(connection.Id)) / seconds))];
        _bytesBefore = list.Open.ToDictionary(connection => connection.Id, BytesOf);
        (_list, _readAt) = (list, now);
        Arrange();
    }

    /// <summary>The ids of the connections of a group that are shown.</summary>
    public HashSet<long> IdsOf(ConnectionGroup group) =>
        [.. Lines.SkipWhile(line => line.Key != group.Key).Skip(1).TakeWhile(line => line is ConnectionRow).Select(line => ((ConnectionRow)line).Connection.Id)];

    /// <summary>Makes the lines anew, after the filter, the grouping or the order changed.</summary>
    public void Arrange()
    {
        var words = Filter.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var rows = Sort(_rows.Where(row => Array.TrueForAll(words, word => Matches(row.Connection, word)))).ToList();
        (Shown, Rate) = (rows.Count, rows.Sum(row => row.Rate));
        Closed = [.. (_list.Closed ?? []).Where(closed =>
            Array.TrueForAll(words, word => Matches(closed.Connection, word) || Has(ConnectionText.Of(closed.Reason), word)))];
        Lines = Grouping switch
        {
            Grouping.Pod => Group(rows, row => row.Pod.Id.Value, row => row.Pod.Name),
            Grouping.Client => Group(rows, row => row.Connection.Client, row => row.Connection.Client is { Length: > 0 } client ? client : "unknown"),
            _ => [.. rows],
        };
    }

    private static List<ConnectionLine> Group(List<ConnectionRow> rows, Func<ConnectionRow, string> keyOf, Func<ConnectionRow, string> titleOf) =>
    [
        .. rows.GroupBy(keyOf).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .SelectMany(group => group.Prepend<ConnectionLine>(
                new ConnectionGroup(group.Key, titleOf(group.First()), group.Count(), group.Sum(row => row.Rate)))),
    ];

    private IEnumerable<ConnectionRow> Sort(IEnumerable<ConnectionRow> rows) => Order.Column switch
    {
        ConnectionColumn.Pod => By(rows, row => (row.Pod.Name, row.Connection.Port.Number)),
        ConnectionColumn.Kind => By(rows, row => row.Connection.Kind),
        ConnectionColumn.Client => By(rows, row => (row.Connection.Client, row.Connection.ClientPort)),
        ConnectionColumn.Idle => By(rows, row => row.Connection.Idle),
        ConnectionColumn.Up => By(rows, row => row.Connection.BytesUp),
        ConnectionColumn.Down => By(rows, row => row.Connection.BytesDown),
        ConnectionColumn.Rate => By(rows, row => row.Rate),
        _ => By(rows, row => -row.Connection.StartedAt.Ticks),
    };

    // The id decides between equals, so that lines do not change places.
    private IEnumerable<ConnectionRow> By<TKey>(IEnumerable<ConnectionRow> rows, Func<ConnectionRow, TKey> key) =>
        (Order.IsDescending ? rows.OrderByDescending(key) : rows.OrderBy(key)).ThenBy(row => row.Connection.Id);

    private bool Matches(LiveConnection connection, string word) =>
        Has(connection.Client, word) || Has(ConnectionText.Of(connection.Kind), word) || Has(connection.PodId.Value, word)
        || (_list.Pods.TryGetValue(connection.PodId, out var pod) && (Has(pod.Name, word) || Has(pod.Owner, word)))
        || connection.Port.Number.ToString(CultureInfo.InvariantCulture) == word.TrimStart(':');

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static long BytesOf(LiveConnection connection) => connection.BytesUp + connection.BytesDown;
}
