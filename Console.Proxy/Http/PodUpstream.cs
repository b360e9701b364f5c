using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Runtimes;
using PodConsole.Proxy.EventLoops;
using PodConsole.Proxy.Http.Repetition;
using PodConsole.Proxy.Http.Transport;

namespace PodConsole.Proxy.Http;

/// <summary>
/// The connections to one pod at one address. It belongs to the routes that use it and closes with the last of them, so
/// that a pooled connection never reaches the next tenant of an address.
/// </summary>
internal sealed class PodUpstream
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepIdle = TimeSpan.FromMinutes(1);

    // The certificate is the pod's choice, and so is what it names: nothing is fetched because of it.
    private static readonly X509ChainPolicy NothingFetched = new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        TrustMode = X509ChainTrustMode.CustomRootTrust,
    };

    // Shared by all: it is held once or twice in the life of a pod.
    private static readonly Lock Opening = new();

    private readonly PodId _podId;
    private readonly IPodRuntime _runtime;
    private HttpMessageInvoker? _client;
    private HttpMessageInvoker? _unpooled;
    private int _users;
    private bool _isClosed;

    public PodUpstream(PodId podId, IPAddress address, IPodRuntime runtime)
    {
        _podId = podId;
        _runtime = runtime;
        Address = address;
    }

    /// <summary>The pod.</summary>
    public PodId PodId => _podId;

    /// <summary>The address that the runtime reported, the only one that is ever dialled.</summary>
    public IPAddress Address { get; }

    /// <summary>Sends requests to the pod, over pooled connections. Made for the first one.</summary>
    public HttpMessageInvoker Client => Volatile.Read(ref _client) ?? Open(ref _client, KeepIdle);

    /// <summary>
    /// Sends each request over a connection of its own. With <c>Expect: 100-continue</c> a body is not sent at first, and
    /// the handler then sends the request again when a pooled connection closes under it.
    /// </summary>
    public HttpMessageInvoker UnpooledClient => Volatile.Read(ref _unpooled) ?? Open(ref _unpooled, TimeSpan.Zero);

    /// <summary>The destination of a port, as a URL prefix.</summary>
    /// <param name="port">1–65535.</param>
    /// <param name="tls">Whether its service speaks HTTPS.</param>
    public string DestinationOf(int port, bool tls) => $"{(tls ? "https" : "http")}://{new IPEndPoint(Address, port)}";

    /// <summary>Counts a route in.</summary>
    public void AddUser() => Interlocked.Increment(ref _users);

    /// <summary>Counts a route out; the last one closes every connection.</summary>
    public void RemoveUser()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            lock (Opening)
            {
                _isClosed = true;
            }

            _client?.Dispose();
            _unpooled?.Dispose();
        }
    }

    private HttpMessageInvoker Open(ref HttpMessageInvoker? client, TimeSpan keepIdle)
    {
        lock (Opening)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return client ??= NewClient(keepIdle);
        }
    }

    // Over HTTP/2 a pod may send 64 KiB ahead of what its client takes, and no more later: see runtimeconfig.template.json and decision 0010.
    [SuppressMessage("Security", "CA5359", Justification = "The address is the pod's own, which no authority could vouch for.")]
    private HttpMessageInvoker NewClient(TimeSpan keepIdle) => new(new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = DialAsync,
        EnableMultipleHttp2Connections = true,
        PooledConnectionIdleTimeout = keepIdle,
        PlaintextStreamFilter = static (connection, _) => new(new AnswerStream(connection.PlaintextStream)),
        RequestHeaderEncodingSelector = RequestTarget.CountAndEncode,
        SslOptions = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true, CertificateChainPolicy = NothingFetched },
        UseCookies = false,
        UseProxy = false,
    });

    private async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var port = context.DnsEndPoint.Port;
        var holder = _runtime.FindPortHolder(_podId, Address, port).Kind;
        if (holder != PortHolderKind.Pod)
        {
            throw new DialException(holder == PortHolderKind.Nobody ? DialProblem.NobodyListens : DialProblem.HeldByOther);
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(DialTimeout);
        try
        {
            var isTls = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps;
            return await ConnectAsync(new IPEndPoint(Address, port), isTls, timeout.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DialException(DialProblem.NoAnswer, exception);
        }
    }

    private static async Task<Stream> ConnectAsync(IPEndPoint endpoint, bool isTls, CancellationToken cancellationToken)
    {
        if (EventLoop.IsSupported)
        {
            // A handshake computes for as long as the pod likes: that is not for the thread that serves everybody.
            var connection = await LoopSocket.ConnectAsync(endpoint, cancellationToken);
            connection.GoesOnInline = !isTls;
            return connection;
        }

        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>Why a pod could not be dialled.</summary>
internal enum DialProblem
{
    /// <summary>Nothing listens on the port.</summary>
    NobodyListens,

    /// <summary>A process outside the pod listens on the port.</summary>
    HeldByOther,

    /// <summary>The connection was refused, or not answered in time.</summary>
    NoAnswer,
}

/// <summary>Carries a <see cref="DialProblem"/> through <see cref="SocketsHttpHandler"/>.</summary>
internal sealed class DialException(DialProblem problem, Exception? cause = null) : IOException($"Dial failed: {problem}.", cause)
{
    /// <summary>Why.</summary>
    public DialProblem Problem { get; } = problem;
}
