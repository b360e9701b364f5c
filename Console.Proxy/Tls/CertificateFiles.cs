using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PodConsole.Proxy.Tls;

/// <summary>Certificates and their keys in PEM files.</summary>
internal static class CertificateFiles
{
    private const string Begin = "-----BEGIN CERTIFICATE-----";

    /// <summary>Reads a certificate with its key. Throws <see cref="CryptographicException"/> when the pair does not fit.</summary>
    public static X509Certificate2 Read(string certificatePath, string keyPath) =>
        Parse(File.ReadAllText(certificatePath), certificatePath, keyPath);

    /// <summary>
    /// Reads a certificate with its key, and the certificates after it: the chain that is sent along. Both are of one look at the
    /// file, whose next writer may be at work. Throws <see cref="CryptographicException"/> when the pair does not fit, or when a
    /// part of the chain is damaged or broken off.
    /// </summary>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Chain) ReadWithChain(string certificatePath, string keyPath)
    {
        var pem = File.ReadAllText(certificatePath);
        var certificate = Parse(pem, certificatePath, keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem);
        if (chain.Count != pem.AsSpan().Count(Begin))
        {
            throw new CryptographicException($"Not every certificate in {certificatePath} is whole.");
        }

        chain.RemoveAt(0);
        return (certificate, chain);
    }

    /// <summary>Reads a pair that may be missing or, after a crash between its two files, not fit: then null.</summary>
    public static X509Certificate2? TryRead(string certificatePath, string keyPath)
    {
        try
        {
            return File.Exists(certificatePath) && File.Exists(keyPath) ? Read(certificatePath, keyPath) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes a pair so that no reader ever sees half of a file. The key is readable by its owner only, from its first byte on.
    /// </summary>
    public static void Write(string certificatePath, string keyPath, X509Certificate2 certificate, ECDsa key)
    {
        WriteWhole(keyPath, key.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        WriteWhole(
            certificatePath,
            certificate.ExportCertificatePem(),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    private static X509Certificate2 Parse(string pem, string certificatePath, string keyPath)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(pem, File.ReadAllText(keyPath));
        }
        catch (ArgumentException exception)
        {
            throw new CryptographicException($"The key in {keyPath} is not the one of {certificatePath}.", exception);
        }

        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        // Windows cannot serve with a key that lives in memory only.
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
    }

    private static void WriteWhole(string path, string pem, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        var unfinished = $"{path}.{Guid.NewGuid():N}";
        using (var writer = new StreamWriter(unfinished, options))
        {
            writer.WriteLine(pem);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
