using Microsoft.Extensions.Options;
using PodConsole.Domain.Settings;
using PodConsole.Proxy.Tls;
using PodConsole.Web.Account;

namespace PodConsole.Web.Hosting;

/// <summary>What an operator needs to read once the console listens.</summary>
internal sealed class Banner(
    IOptions<ConsoleSettings> settings, IOptions<GatewaySettings> gateway, DataPaths paths, CertificateStore certificates, SetupCode setupCode)
{
    public void Print()
    {
        var url = settings.Value.PublicUrl.TrimEnd('/');
        var lines = new List<string> { "", $"  Pod Console     {url}", $"  Data            {paths.Root}" };
        if (certificates.TrustInstruction is { } trust)
        {
            lines.Add("  Certificates    signed by a local authority; to make this system trust it:");
            lines.Add($"                  {trust.Command}");
            if (trust.BrowserCommand is { } browser)
            {
                lines.Add($"                  browsers on Linux: {browser}");
            }
        }

        if (setupCode.Value is { } code)
        {
            lines.Add($"  First account   {url}/setup?code={code}");
        }

        if (DomainSeparation.Warning(new Uri(url), gateway.Value.ProxyDomain) is { } warning)
        {
            lines.Add($"  Warning         {warning}");
        }

        lines.Add("");
        System.Console.Out.WriteLine(string.Join(Environment.NewLine, lines));
    }
}
