using PodConsole.Domain.Ports.Mappings;

namespace PodConsole.Tests.Domain.Ports.Mappings;

public sealed class MappingTests
{
    [Fact]
    public void Compare_EveryKindOfChange_IsALineEachInOrder()
    {
        Mapping[] before = [new(8080, "192.0.2.1", 13010), new(22, "192.0.2.1", 13007), new(5432, "192.0.2.1", 13000)];
        Mapping[] after = [new(70000, "192.0.2.1", 14000), new(22, "192.0.2.1", 14411), new(5432, "192.0.2.1", 13000)];

        Assert.Equal(["22: 13007 → 14411", "8080: 13010 released", "70000: 14000 new"], Mapping.Compare(before, after));
    }

    [Theory]
    [InlineData("192.0.2.2", "22: 192.0.2.1:13007 → 192.0.2.2:14411")]
    [InlineData("2001:db8::1", "22: 192.0.2.1:13007 → [2001:db8::1]:14411")]
    public void Compare_OtherAddress_NamesBoth(string address, string line) =>
        Assert.Equal([line], Mapping.Compare([new(22, "192.0.2.1", 13007)], [new(22, address, 14411)]));

    [Fact]
    public void Compare_NothingChanged_IsEmpty() => Assert.Empty(Mapping.Compare([new(22, "192.0.2.1", 13007)], [new(22, "192.0.2.1", 13007)]));
}
