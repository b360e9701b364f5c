using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Web.Connections;

namespace PodConsole.Tests.Web.Connections;

/// <summary>Filter, order and groups of the list of connections.</summary>
public sealed class ConnectionViewTests
{
    private static readonly DateTime Now = new(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc);
    private static readonly ConnectionPod Red = new(PodId.New(), "red", "ada@example.org");
    private static readonly ConnectionPod Blue = new(PodId.New(), "blue", "ben@example.org");

    [Theory]
    [InlineData("red", "1,3")]
    [InlineData("BEN@", "2")]
    [InlineData("10.0.0.2", "2,3")]
    [InlineData("red :22", "3")]
    [InlineData("tcp", "3")]
    [InlineData("green", "")]
    [InlineData("", "1,2,3")]
    public void Filter_Words_ShowsWhatHasThemAll(string filter, string expected)
    {
        var view = NewView();

        view.Filter = filter;
        view.Arrange();

        Assert.Equal(expected, string.Join(',', IdsOf(view).Order()));
        Assert.Equal(3, view.Total);
    }

    [Fact]
    public void Order_SameColumnTwice_TurnsTheOrderRound()
    {
        var view = NewView();
        Assert.Equal([3, 2, 1], IdsOf(view));

        SortBy(ConnectionColumn.Down);
        Assert.Equal([2, 1, 3], IdsOf(view));
        SortBy(ConnectionColumn.Down);
        Assert.Equal([3, 1, 2], IdsOf(view));
        SortBy(ConnectionColumn.Pod);
        Assert.Equal([2, 3, 1], IdsOf(view));

        void SortBy(ConnectionColumn column)
        {
            view.Order = view.Order.By(column);
            view.Arrange();
        }
    }

    [Theory]
    [InlineData("rate", "rate")]
    [InlineData("-Down", "-down")]
    [InlineData("--99", "age")]
    [InlineData("owner", "age")]
    [InlineData("", "age")]
    [InlineData(null, "age")]
    public void Parse_AnyText_IsAnOrder(string? text, string expected) => Assert.Equal(expected, $"{ConnectionOrder.Parse(text)}");

    [Fact]
    public void Grouping_ByClient_PutsTheLargestFirst()
    {
        var view = NewView();

        view.Grouping = Grouping.Client;
        view.Arrange();

        Assert.Equal(["10.0.0.2 2", "3", "2", "10.0.0.1 1", "1"], view.Lines.Select(line =>
            line is ConnectionGroup group ? $"{group.Title} {group.Count}" : $"{((ConnectionRow)line).Connection.Id}"));
    }

    [Fact]
    public void Read_Again_TellsTheRateSinceTheLastTime()
    {
        var view = NewView();
        Assert.Equal(0, view.Rate);

        view.Read(ListOf(extra: 5000), Now.AddSeconds(2));

        Assert.Equal(7500, view.Rate, 1);
        Assert.All(view.Lines, line => Assert.Equal(2500, ((ConnectionRow)line).Rate, 1));
    }

    private static ConnectionView NewView()
    {
        var view = new ConnectionView();
        view.Read(ListOf(extra: 0), Now);
        return view;
    }

    private static ConnectionList ListOf(long extra) => new(
        [
            New(1, Red, 8888, ConnectionKind.Http2, "10.0.0.1", age: 30, down: 200 + extra),
            New(2, Blue, 8888, ConnectionKind.WebSocket, "10.0.0.2", age: 20, down: 300 + extra),
            New(3, Red, 22, ConnectionKind.Tcp, "10.0.0.2", age: 10, down: 100 + extra),
        ],
        [],
        new Dictionary<PodId, ConnectionPod> { [Red.Id] = Red, [Blue.Id] = Blue });

    private static LiveConnection New(long id, ConnectionPod pod, int port, ConnectionKind kind, string client, int age, long down) => new(
        id, pod.Id, new(kind == ConnectionKind.Tcp ? PortProtocol.Tcp : PortProtocol.Http, port), kind, client, 5000 + (int)id, Now.AddSeconds(-age),
        TimeSpan.Zero, 0, down);

    private static IEnumerable<long> IdsOf(ConnectionView view) => view.Lines.OfType<ConnectionRow>().Select(row => row.Connection.Id);
}
