using System.Security.Cryptography;

namespace PodConsole.Domain.Pods;

/// <summary>Proposes names in the original's manner: adjective_food_animal.</summary>
public static class PodNames
{
    private static readonly string[] Adjectives =
        ["amber", "bold", "brave", "bright", "calm", "clever", "cosy", "crisp", "eager", "gentle", "golden", "happy", "jolly", "keen",
         "kind", "lively", "lucky", "mellow", "merry", "nimble", "patient", "polite", "proud", "quick", "quiet", "silver", "sunny", "swift", "warm", "witty"];

    private static readonly string[] Foods =
        ["almond", "apple", "bagel", "berry", "biscuit", "bread", "carrot", "cherry", "cocoa", "cookie", "fig", "ginger", "grape", "honey",
         "lemon", "lentil", "mango", "melon", "mint", "muffin", "olive", "peach", "pear", "plum", "pretzel", "quince", "rice", "toffee", "tomato", "waffle"];

    private static readonly string[] Animals =
        ["badger", "beaver", "bison", "crane", "dolphin", "eagle", "falcon", "ferret", "finch", "fox", "gecko", "heron", "ibis", "koala",
         "lemur", "lynx", "marmot", "marten", "otter", "owl", "panda", "puffin", "raven", "robin", "seal", "stoat", "swan", "tapir", "toucan", "wombat"];

    /// <summary>A random name such as <c>calm_peach_otter</c>; not unique.</summary>
    public static string Propose() => $"{Pick(Adjectives)}_{Pick(Foods)}_{Pick(Animals)}";

    private static string Pick(string[] words) => words[RandomNumberGenerator.GetInt32(words.Length)];
}
