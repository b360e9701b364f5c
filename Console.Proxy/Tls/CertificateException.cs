namespace PodConsole.Proxy.Tls;

/// <summary>The gateway has no certificate to serve. Its message is meant for the operator, as it is.</summary>
public sealed class CertificateException : Exception
{
    internal CertificateException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
