namespace PodConsole.Domain.Ports;

/// <summary>How an exposed port is reached.</summary>
public enum PortProtocol
{
    /// <summary>At <c>https://{podId}-{port}.proxy.{domain}</c>, TLS ended by the gateway.</summary>
    Http,

    /// <summary>At <c>public ip:external port</c>, bytes passed on untouched.</summary>
    Tcp,
}
