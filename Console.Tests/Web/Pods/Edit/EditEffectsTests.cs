using Bunit;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;
using PodConsole.Web.Pods.Edit;

namespace PodConsole.Tests.Web.Pods.Edit;

public sealed class EditEffectsTests
{
    [Fact]
    public async Task Effects_OfEveryKind_AreGroupedUnderTheirTitles()
    {
        await using var page = new PageContext(await TestDomain.CreateAsync()) { OwnsDomain = true };
        IReadOnlyList<EditEffect> effects =
        [
            new(EffectKind.Reset, "reset"), new(EffectKind.Mapping, "mapping 1"), new(EffectKind.Drop, "drop"),
            new(EffectKind.Mapping, "mapping 2"), new(EffectKind.Live, "live"), new(EffectKind.Later, "later"),
        ];

        var panel = page.Show<EditEffects>(parameters => parameters.Add(item => item.Effects, effects));

        Assert.Equal(["Reset", "Connections that end", "Mappings", "Applied live", "Later"], panel.Texts("h4"));
        Assert.Equal(["mapping 1", "mapping 2"], panel.Texts(".effects-mapping li"));
        Assert.Equal("polite", panel.Find("section").GetAttribute("aria-live"));
    }

    [Theory]
    [InlineData(true, "No changes")]
    [InlineData(false, "Correct the marked fields first.")]
    public async Task Effects_NoneOrInvalid_SaySo(bool valid, string text)
    {
        await using var page = new PageContext(await TestDomain.CreateAsync()) { OwnsDomain = true };

        var panel = page.Show<EditEffects>(parameters => parameters.Add(item => item.Effects, valid ? [] : null));

        Assert.Equal([text], panel.Texts("p"));
    }
}
