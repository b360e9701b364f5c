using System.Net;
using System.Runtime.InteropServices;

namespace PodConsole.Proxy.Http.Limits;

/// <summary>
/// How many requests of a route are open, in all and by client. It knows no limits, so that an edit of them leaves it as it is.
/// One caller at a time.
/// </summary>
internal sealed class OpenCounts
{
    private readonly Dictionary<IPAddress, int> _byClient = [];

    /// <summary>How many are open in all.</summary>
    public int All { get; private set; }

    /// <summary>How many a client has open.</summary>
    public int Of(IPAddress client) => _byClient.GetValueOrDefault(client);

    /// <summary>Counts a client's request in, until <see cref="Remove"/>.</summary>
    public void Add(IPAddress client)
    {
        All++;
        CollectionsMarshal.GetValueRefOrAddDefault(_byClient, client, out _)++;
    }

    /// <summary>Counts a client's request out.</summary>
    public void Remove(IPAddress client)
    {
        All--;
        if (--CollectionsMarshal.GetValueRefOrNullRef(_byClient, client) == 0)
        {
            _byClient.Remove(client);
        }
    }
}
