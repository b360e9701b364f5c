namespace PodConsole.Tests.Support;

/// <summary>Public keys that ssh-keygen made, with the fingerprints that it prints. Nobody has their private parts.</summary>
internal static class SshLines
{
    public const string Ed25519 =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ43XslKmg6qhP9Z72cS6Kb65FoPHgjVI/Dan1ac85oV me@example.com";

    public const string Ed25519Fingerprint = "SHA256:hts79fs9xiVIIktXNeb23XkyfS6tc/fmgtRKgf9JKm0";

    public const string Ecdsa256 =
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMF6bnNXly5pYMmzp3nf4st4adTPRkY27w9d95jVfp6dP9K2+7Og/6hert1tjWxELkDc0+Bor52TkeXsVzAsm/0= "
        + "me@example.com";

    public const string Ecdsa256Fingerprint = "SHA256:KLidRiSNvHMsx3RsawEjf6ylns1jhoBaM/7l/KwY8c4";

    public const string Ecdsa521 =
        "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAHFpwuslkKGjXm8jHla4j8s2pnY8WoIdWCS6XddRZkzpeiLD8SrJRGZBowC9k7WQyoXR5q2kJCNSCzB2YQXPEjD8QD7qe"
        + "DZIV9UYjaLSRLoGI4ruW/n3dUJrzgH60DNfnZtNKqcSSpS8/479ggLRJSvNQncVCz1XZdZCZ05wb+u9WdTUQ== me@example.com";

    public const string Ecdsa521Fingerprint = "SHA256:r7rGUNx3kZeavDoSVMcXtrgtKXiIkAkDOdUTMUTzpmo";

    public const string Rsa2048 =
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDPphhtXioYY1PKIFU7uwYLHd0Pkc2gZEFHCBDgyUHtMEXUYbFgUO64wBb9LYYNtMq5QfSswNRSajOx/wewT+hX8IIrVWTbctmH48fOD1OSSSl5kXdv9aZ3ZoxvJfrvEFzBJ"
        + "/8a/UYphpKbIqQy0JLaoSaA9ccchQxB+PmR+hKK9miegbwDYIG36OXU6tPKLQoa+xeVrSHTYpuUVMQiv1u9WpPdHC4pXo70EH4H3y/ethNq1Es2368YroZjwQhoewrNgdcsYwb6wO67qUOnQFCvLoTbk0Dh7qR+j4/1RL4TtXIa"
        + "x3rXdxqLYmrUCxkxsM4sMUaccKq7MU132b6qKo0r me@example.com";

    public const string Rsa2048Fingerprint = "SHA256:DKDFqVWAZPh6/ws31GDcFNdFVVVOgumUsbO50Tzyf3c";

    public const string Rsa1024 =
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDtZa3wWQzZ/T5oXlpH0bjtjjlQo6su7aAYIoPg9WLKQabo702tgH4rNRoEybCfD0A0WVSmFlZJ3UuOPMh+Z2G8G7YFQOHnmsYSmlNgdlsubl9XI1fmYXlYYBGLaRHv7rS7fN0xy"
        + "3c2R3m4wnzR8PHD51KP0rXD+GLFi/dG6VGnzw== me@example.com";
}
