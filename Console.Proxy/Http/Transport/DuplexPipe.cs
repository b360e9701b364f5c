using System.IO.Pipelines;

namespace PodConsole.Proxy.Http.Transport;

/// <summary>The two directions of a connection.</summary>
internal sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
