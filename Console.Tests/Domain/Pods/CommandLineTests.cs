using PodConsole.Domain.Pods;

namespace PodConsole.Tests.Domain.Pods;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("   ", "")]
    [InlineData("a b  c", "a|b|c")]
    [InlineData("a\n b\t", "a|b")]
    [InlineData("'a b' c", "a b|c")]
    [InlineData("\"a b\" c", "a b|c")]
    [InlineData("a'b'\"c\"d", "abcd")]
    [InlineData("'' x", "|x")]
    [InlineData("'it''s'", "its")]
    [InlineData("a\\ b", "a b")]
    [InlineData("\"say \\\"hi\\\"\"", "say \"hi\"")]
    [InlineData("\"a\\nb\"", "a\\nb")]
    [InlineData("'a\\b'", "a\\b")]
    [InlineData("a\\\nb", "ab")]
    [InlineData("$HOME `id` $(id) ; rm -rf / && echo *", "$HOME|`id`|$(id)|;|rm|-rf|/|&&|echo|*")]
    public void TrySplit_Quoting_FollowsAShellWithoutBeingOne(string text, string expected)
    {
        Assert.True(CommandLine.TrySplit(text, out var arguments, out _));
        Assert.Equal(expected, string.Join('|', arguments));
    }

    [Fact]
    public void Join_AnyArguments_AreReadBackUnchanged()
    {
        var random = new Random(3);
        const string Alphabet = "ab '\"\\$`;\n\té🐟*?~#";
        for (var round = 0; round < 2000; round++)
        {
            List<string> arguments = [.. Enumerable.Range(0, random.Next(5)).Select(_ =>
                new string([.. Enumerable.Range(0, random.Next(8)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]))];

            Assert.True(CommandLine.TrySplit(CommandLine.Join(arguments), out var read, out _));
            Assert.Equal(arguments, read);
        }
    }
}
