using System.Buffers.Binary;
using System.Text;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Accounts.SshKeys;

public sealed class SshPublicKeyTests
{
    private const string Damaged = "The key is damaged: it may have been cut or wrapped when it was copied.";

    [Theory]
    [InlineData(SshLines.Ed25519, SshLines.Ed25519Fingerprint)]
    [InlineData(SshLines.Ecdsa256, SshLines.Ecdsa256Fingerprint)]
    [InlineData(SshLines.Ecdsa521, SshLines.Ecdsa521Fingerprint)]
    [InlineData(SshLines.Rsa2048, SshLines.Rsa2048Fingerprint)]
    public void Parse_KeysOfSshKeygen_HasItsFingerprint(string line, string fingerprint)
    {
        var key = SshPublicKey.Parse(line, out var problem);

        Assert.Equal("", problem);
        Assert.Equal((line, fingerprint, "me@example.com"), (key!.Line, key.Fingerprint, key.Comment));
    }

    [Fact]
    public void Parse_SecurityKeys_AreTaken()
    {
        Assert.NotNull(Parse("sk-ssh-ed25519@openssh.com", new byte[32], Encoding.ASCII.GetBytes("ssh:")));
        Assert.NotNull(Parse("sk-ecdsa-sha2-nistp256@openssh.com", Encoding.ASCII.GetBytes("nistp256"), [4, .. new byte[64]], Encoding.ASCII.GetBytes("ssh:")));
        Assert.Null(Parse("sk-ssh-ed25519@openssh.com", new byte[32]));
    }

    [Fact]
    public void Parse_SpacesAndLineEnd_AreNormalized()
    {
        var parts = SshLines.Ed25519.Split(' ');

        var key = SshPublicKey.Parse($"  {parts[0]} \t {parts[1]}   my laptop, at home \r\n", out _);

        Assert.Equal($"{parts[0]} {parts[1]} my laptop, at home", key!.Line);
        Assert.Equal($"{parts[0]} {parts[1]}", SshPublicKey.Parse($"{parts[0]} {parts[1]}", out _)!.Line);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 not*base64")]
    [InlineData("hello world")]
    [InlineData("command=\"reboot\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ43XslKmg6qhP9Z72cS6Kb65FoPHgjVI/Dan1ac85oV")]
    public void Parse_NoKey_SaysWhatOneLooksLike(string text) =>
        Assert.StartsWith("This is not an SSH public key", ProblemOf(text), StringComparison.Ordinal);

    [Fact]
    public void Parse_PrivateKey_SaysThatItMustNotBeGivenAway() =>
        Assert.StartsWith("This is a private key.", ProblemOf("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA"), StringComparison.Ordinal);

    [Theory]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ43XslKmg6qhP9Z72cS6Kb65FoPHgjVI/Dan1ac85o=")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ43XslKmg6qhP9Z72cS6Kb65FoPHgjVI/Dan1ac85oVAAAA")]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIJ43XslKmg6qhP9Z72cS6Kb65FoPHgjVI/Dan1ac85oV")]
    [InlineData("ssh-ed25519 AAAA")]
    [InlineData("ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMF6bnNXly5pYMmzp3nf4st4adTPRkY27w9d95jVfp6dP9K2+7Og/6hert1tjWxELkDc0+Bor52TkeXsVzAsm/0=")]
    public void Parse_CutOrMixedUp_IsDamaged(string line) => Assert.Equal(Damaged, ProblemOf(line));

    [Fact]
    public void Parse_EveryCutOfAKey_IsRefused()
    {
        var blob = Convert.FromBase64String(SshLines.Rsa2048.Split(' ')[1]);
        for (var length = 0; length < blob.Length; length++)
        {
            Assert.Null(SshPublicKey.Parse($"ssh-rsa {Convert.ToBase64String(blob[..length])}", out _));
        }
    }

    [Theory]
    [InlineData("ssh-dss AAAAB3NzaC1kc3M=", "DSA keys are no longer taken")]
    [InlineData("ssh-ed25519-cert-v01@openssh.com AAAA", "'ssh-ed25519-cert-v01@openssh.com' cannot be used here")]
    [InlineData(SshLines.Rsa1024, "An RSA key of 1024 bits is too short")]
    public void Parse_WeakOrOther_SaysWhatToDo(string line, string problem) =>
        Assert.StartsWith(problem, ProblemOf(line), StringComparison.Ordinal);

    [Theory]
    [InlineData("\nssh-rsa AAAA", "Paste one key at a time")]
    [InlineData(" \u0007", "A key is one line of visible characters")]
    [InlineData(" \ud800", "A key is one line of visible characters")]
    public void Parse_WhatWouldBreakAuthorizedKeys_IsRefused(string end, string problem) =>
        Assert.StartsWith(problem, ProblemOf($"{SshLines.Ed25519}{end} x"), StringComparison.Ordinal);

    private static string ProblemOf(string line)
    {
        Assert.Null(SshPublicKey.Parse(line, out var problem));
        return problem;
    }

    private static SshPublicKey? Parse(string type, params byte[][] fields)
    {
        var blob = new List<byte>();
        foreach (var field in fields.Prepend(Encoding.ASCII.GetBytes(type)))
        {
            var length = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(length, field.Length);
            blob.AddRange([.. length, .. field]);
        }

        return SshPublicKey.Parse($"{type} {Convert.ToBase64String([.. blob])}", out _);
    }
}
