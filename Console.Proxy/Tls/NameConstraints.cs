using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace PodConsole.Proxy.Tls;

/// <summary>
/// The name constraints of the local CA (RFC 5280, 4.2.1.10): whoever trusts it trusts it for these names only, even if
/// its key leaks.
/// </summary>
internal static class NameConstraints
{
    private const string Oid = "2.5.29.30";

    private static readonly Asn1Tag Permitted = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag IpAddress = new(TagClass.ContextSpecific, 7);

    /// <summary>A critical extension that permits these domains with all below them, and loopback addresses.</summary>
    public static X509Extension Create(IEnumerable<string> domains)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(Permitted))
        {
            foreach (var domain in domains)
            {
                using (writer.PushSequence())
                {
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, domain, DnsName);
                }
            }

            WriteNetwork(writer, [127, 0, 0, 0, 255, 0, 0, 0]);
            WriteNetwork(writer, [.. IPAddress.IPv6Loopback.GetAddressBytes(), .. Enumerable.Repeat((byte)255, 16)]);
        }

        return new X509Extension(Oid, writer.Encode(), critical: true);
    }

    /// <summary>Whether a certificate carries exactly the constraints for these domains.</summary>
    public static bool AreOf(X509Certificate2 certificate, IEnumerable<string> domains) =>
        certificate.Extensions[Oid] is { Critical: true } extension
        && extension.RawData.AsSpan().SequenceEqual(Create(domains).RawData);

    private static void WriteNetwork(AsnWriter writer, byte[] addressAndMask)
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(addressAndMask, IpAddress);
        }
    }
}
