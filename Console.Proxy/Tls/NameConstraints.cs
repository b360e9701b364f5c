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

    /// <summary>A critical extension that permits these domains with all below them, loopback addresses, and one address more if there is one.</summary>
    public static X509Extension Create(IEnumerable<string> domains, IPAddress? address)
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
            WriteAddress(writer, IPAddress.IPv6Loopback);
            if (address is not null)
            {
                WriteAddress(writer, address);
            }
        }

        return new X509Extension(Oid, writer.Encode(), critical: true);
    }

    /// <summary>Whether a certificate carries exactly the constraints of <see cref="Create"/>.</summary>
    public static bool AreOf(X509Certificate2 certificate, IEnumerable<string> domains, IPAddress? address) =>
        certificate.Extensions[Oid] is { Critical: true } extension
        && extension.RawData.AsSpan().SequenceEqual(Create(domains, address).RawData);

    private static void WriteAddress(AsnWriter writer, IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        WriteNetwork(writer, [.. bytes, .. Enumerable.Repeat((byte)255, bytes.Length)]);
    }

    private static void WriteNetwork(AsnWriter writer, byte[] addressAndMask)
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(addressAndMask, IpAddress);
        }
    }
}
