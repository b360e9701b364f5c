using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PodConsole.Domain.Accounts;
using PodConsole.Proxy.Tls;
using PodConsole.Tests.Support;
using PodConsole.Web.Certificates;
using PodConsole.Web.Shared;

namespace PodConsole.Tests.Web.Certificates;

/// <summary>What people are told of the certificates that are served.</summary>
public sealed class CertificatesPageTests : IDisposable
{
    private readonly CertificateFolder _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Certificates_PairThatIsWrong_IsToldToAdministratorsAlone()
    {
        _files.Configure("CN=bought", "console.example.com", "*.pods.example.com");
        var store = _files.Open();
        _files.Configure("CN=other", "other.example");
        store.Refresh();

        await using var administrators = await OpenAsync(store, TestDomain.Admin);
        await using var others = await OpenAsync(store, TestDomain.Owner);

        var alert = administrators.Show<CertificatesPage>().Find(".mud-alert-outlined-error");
        Assert.Contains("The certificate is for other.example, not for *.pods.example.com", alert.TextContent, StringComparison.Ordinal);
        Assert.Contains("stays in use", alert.TextContent, StringComparison.Ordinal);
        Assert.Empty(others.Show<CertificatesPage>().FindAll(".mud-alert"));
    }

    [Theory]
    [InlineData(59, null, null)]
    [InlineData(61, "It expires in 28 days.", "warning")]
    [InlineData(85, "It expires in 4 days.", "error")]
    [InlineData(91, "It has expired: browsers refuse it.", "error")]
    public async Task Certificates_EndIsNear_IsWarnedOf(int daysLater, string? text, string? color)
    {
        _files.Configure("CN=bought", "console.example.com", "*.pods.example.com");
        var store = _files.Open();
        _files.Clock.Advance(TimeSpan.FromDays(daysLater));
        await using var tab = await OpenAsync(store, TestDomain.Owner);

        var page = tab.Show<CertificatesPage>();

        Assert.Equal("console.example.com, *.pods.example.com", page.Find(".certificate-names").TextContent);
        var warnings = page.FindAll(".certificate .mud-typography");
        Assert.Equal(text is null ? [] : [text], warnings.Select(item => item.TextContent.Trim()));
        Assert.All(warnings, item => Assert.Contains($"mud-{color}-text", item.ClassName, StringComparison.Ordinal));
        Assert.Empty(page.FindComponents<CopyField>());
    }

    [Fact]
    public async Task Certificates_LocalAuthority_IsOfferedWithTheCommandOfEachSystem()
    {
        await using var tab = await OpenAsync(_files.Open(), TestDomain.Owner);

        var page = tab.Show<CertificatesPage>();

        var expected = TrustInstruction.ForEverySystem("pod-console-ca.crt");
        Assert.Equal(expected.Select(item => item.System), page.FindAll(".certificates-system").Select(item => item.TextContent));
        Assert.Equal(expected.Select(item => item.Command), page.FindComponents<CopyField>().Select(field => field.Instance.Text));
        Assert.Equal("/certificates/pod-console-ca.crt", page.Find("a[download='pod-console-ca.crt']").GetAttribute("href"));
    }

    private async Task<PageContext> OpenAsync(CertificateStore store, Actor actor)
    {
        var tab = new PageContext(await TestDomain.CreateAsync(), actor, _files.Clock) { OwnsDomain = true };
        tab.Services.AddSingleton(store).AddSingleton(Options.Create(_files.Console)).AddSingleton(Options.Create(_files.Gateway));
        return tab;
    }
}
