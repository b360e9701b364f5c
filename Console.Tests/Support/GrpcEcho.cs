using Grpc.Core;

namespace PodConsole.Tests.Support;

/// <summary>A gRPC service of plain bytes, in all four kinds of call; written by hand, so that nothing has to be generated.</summary>
[BindServiceMethod(typeof(GrpcEcho), nameof(BindService))]
public class GrpcEcho
{
    public static readonly Method<byte[], byte[]> UnaryMethod = New(MethodType.Unary, "Unary");
    public static readonly Method<byte[], byte[]> DownloadMethod = New(MethodType.ServerStreaming, "Download");
    public static readonly Method<byte[], byte[]> UploadMethod = New(MethodType.ClientStreaming, "Upload");
    public static readonly Method<byte[], byte[]> ChatMethod = New(MethodType.DuplexStreaming, "Chat");

    /// <summary>Completes when a call was cancelled.</summary>
    public static TaskCompletionSource Cancelled { get; } = new();

    public static void BindService(ServiceBinderBase binder, GrpcEcho? service)
    {
        binder.AddMethod(UnaryMethod, service is null ? null! : service.Unary);
        binder.AddMethod(DownloadMethod, service is null ? null! : service.Download);
        binder.AddMethod(UploadMethod, service is null ? null! : service.Upload);
        binder.AddMethod(ChatMethod, service is null ? null! : service.Chat);
    }

    /// <summary>Echoes; one byte asks for an error, two for a wait without end.</summary>
    public virtual async Task<byte[]> Unary(byte[] request, ServerCallContext context)
    {
        if (request.Length == 1)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "one byte is too few"));
        }

        if (request.Length == 2)
        {
            using var cancelled = context.CancellationToken.Register(() => Cancelled.TrySetResult());
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }

        return request;
    }

    public virtual async Task Download(byte[] request, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        for (var count = 0; count < 10; count++)
        {
            await responses.WriteAsync(request);
        }
    }

    public virtual async Task<byte[]> Upload(IAsyncStreamReader<byte[]> requests, ServerCallContext context)
    {
        var total = 0;
        while (await requests.MoveNext(context.CancellationToken))
        {
            total += requests.Current.Length;
        }

        return BitConverter.GetBytes(total);
    }

    public virtual async Task Chat(IAsyncStreamReader<byte[]> requests, IServerStreamWriter<byte[]> responses, ServerCallContext context)
    {
        while (await requests.MoveNext(context.CancellationToken))
        {
            await responses.WriteAsync(requests.Current);
        }
    }

    private static Method<byte[], byte[]> New(MethodType type, string name)
    {
        var bytes = Marshallers.Create(static value => value, static value => value);
        return new(type, "test.Echo", name, bytes, bytes);
    }
}
