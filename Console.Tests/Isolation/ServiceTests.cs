using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using PodConsole.Domain;
using PodConsole.Domain.Accounts;
using PodConsole.Domain.Pods;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Isolation;

/// <summary>Every method of the domain's services, for everyone who may call: see <see cref="ServiceRules"/>.</summary>
public sealed class ServiceTests
{
    public static TheoryData<string> Names =>
        [.. ServiceRules.All.Where(rule => rule.Audience != ServiceAudience.Console).Select(rule => rule.Name)];

    private static Actor Nobody { get; } = new("");

    private static Actor SomePod { get; } = Actor.OfPod(PodId.New());

    // Those that read or write somewhere, and those that are about a pod or asked by somebody.
    private static IEnumerable<MethodInfo> Methods => new ServiceCollection().AddDomain().Select(service => service.ServiceType).Distinct()
        .Where(type => type is { IsPublic: true, IsClass: true } && type.Assembly == typeof(Pod).Assembly)
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => typeof(Task).IsAssignableFrom(method.ReturnType) || method.ReturnType.Name.StartsWith("ValueTask", StringComparison.Ordinal)
            || TakesActor(method) || method.GetParameters().Any(parameter => parameter.ParameterType == typeof(PodId)));

    [Fact]
    public void Methods_OfTheDomain_EachHaveARule()
    {
        var known = ServiceRules.All.Select(rule => rule.Method).ToHashSet();
        var present = Methods.Select(NameOf).ToHashSet();

        Assert.True(present.IsSubsetOf(known), $"Say whom these methods serve: add to Console.Tests/Isolation/ServiceRules.cs\n"
            + string.Join('\n', present.Except(known).Select(name =>
                $"        Owners(OwnersThing.Pod, \"{name}\", (of, who, id) => of.Get<{name.Split('.')[0]}>().{name.Split('.')[1]}(who, PodId.Parse(id))),")));
        Assert.True(known.IsSubsetOf(present), $"No longer there; remove from ServiceRules.cs: {string.Join(", ", known.Except(present))}");
    }

    [Fact]
    public void Methods_ForPeople_AllTakeWhoAsks() => Assert.All(
        Methods.Where(method => ServiceRules.All.Any(rule => rule.Method == NameOf(method) && rule.Audience != ServiceAudience.Console)),
        method => Assert.True(TakesActor(method), NameOf(method)));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_ByEveryone_ServesWhomTheRuleSays(string name)
    {
        var rule = ServiceRules.All.Single(rule => rule.Name == name);
        await using var of = await Tenancy.CreateAsync(ofAll: rule.Of == OwnersThing.None);
        if (rule.Audience == ServiceAudience.Own)
        {
            await AssertOwnAsync(of, rule);
            return;
        }

        Actor[] strangers = rule.Audience switch
        {
            ServiceAudience.Owners => [TestDomain.Other, Nobody, SomePod],
            ServiceAudience.OwnersAlone => [TestDomain.Other, TestDomain.Admin, Nobody, SomePod],
            _ => [TestDomain.Other, TestDomain.Owner, Nobody, SomePod],
        };
        var foreign = await of.NewAsync(rule.Of);
        var before = await of.RowsAsync(rule.Of, foreign);
        foreach (var stranger in strangers)
        {
            var (result, missing) = (await TextAsync(of, rule, stranger, foreign), await MissingAsync(of, rule, stranger));
            Assert.True(missing == result || rule.Of == OwnersThing.None, $"{stranger.UserId}: {result}\nmissing: {missing}");
            Assert.DoesNotContain(of.OwnersTexts, text => result.Contains(text, StringComparison.Ordinal));
        }

        Assert.Equal(before, await of.RowsAsync(rule.Of, foreign));
        Actor[] served = rule.Audience switch
        {
            ServiceAudience.Owners => [TestDomain.Owner, TestDomain.Admin],
            ServiceAudience.OwnersAlone => [TestDomain.Owner],
            _ => [TestDomain.Admin],
        };
        foreach (var actor in served)
        {
            Assert.NotEqual(await MissingAsync(of, rule, actor), await TextAsync(of, rule, actor, await of.NewAsync(rule.Of)));
        }
    }

    private static async Task AssertOwnAsync(Tenancy of, ServiceRule rule)
    {
        foreach (var stranger in new[] { TestDomain.Other, Nobody, SomePod })
        {
            var result = await TextAsync(of, rule, stranger, "");
            Assert.DoesNotContain(of.OwnersTexts, text => result.Contains(text, StringComparison.Ordinal));
        }

        Assert.Contains(rule.Shows, await TextAsync(of, rule, TestDomain.Owner, ""), StringComparison.Ordinal);
    }

    // What is for administrators, and about nothing in particular, is compared with what an account that does not exist is told.
    private static Task<string> MissingAsync(Tenancy of, ServiceRule rule, Actor actor) =>
        rule.Of == OwnersThing.None ? TextAsync(of, rule, new("nobody"), "") : TextAsync(of, rule, actor, Tenancy.Missing(rule.Of));

    private static async Task<string> TextAsync(Tenancy of, ServiceRule rule, Actor actor, string id) =>
        Tenancy.TextOf(await rule.Call(of, actor, id), id);

    private static bool TakesActor(MethodInfo method) => method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Actor));

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
