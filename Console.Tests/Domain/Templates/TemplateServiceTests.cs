using PodConsole.Domain.Accounts;
using PodConsole.Domain.Data;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Templates;
using PodConsole.Tests.Support;

namespace PodConsole.Tests.Domain.Templates;

/// <summary>Who may see, change and publish templates, and what becomes of pods made from them.</summary>
public sealed class TemplateServiceTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Private_IsTheOwnersAlone()
    {
        await using var domain = await TestDomain.CreateAsync();
        var template = await CreateAsync(domain, TestDomain.Owner, Draft("mine"));

        Assert.NotNull(await domain.Templates.FindAsync(TestDomain.Owner, template.Id, Cancelled));
        Assert.Null(await domain.Templates.FindAsync(TestDomain.Other, template.Id, Cancelled));
        Assert.DoesNotContain(await domain.Templates.ListPublicAsync(Cancelled), item => item.Id == template.Id);
        Assert.IsType<TemplateResult.NotFound>(await domain.Templates.UpdateAsync(TestDomain.Other, template.Id, null, Draft("x"), Cancelled));
        Assert.IsType<TemplateResult.NotFound>(await domain.Templates.DeleteAsync(TestDomain.Other, template.Id, Cancelled));
        var deploy = await domain.Pods.DeployAsync(TestDomain.Other, new() { TemplateId = template.Id }, Cancelled);
        Assert.Equal("There is no such template.", Assert.IsType<PodResult.Invalid>(deploy).Errors.Single().Message);
    }

    [Fact]
    public async Task Publish_NeedsTheRole()
    {
        await using var domain = await TestDomain.CreateAsync();
        var author = new Actor(TestDomain.Other.UserId, CanPublish: true);

        var refused = await domain.Templates.CreateAsync(TestDomain.Owner, Draft("public") with { IsPublic = true }, null, Cancelled);
        var published = await CreateAsync(domain, author, Draft("public") with { IsPublic = true });

        Assert.Equal("Only template authors and administrators publish templates to everyone.",
            Assert.Single(Assert.IsType<TemplateResult.Invalid>(refused).Errors).Message);
        Assert.NotNull(await domain.Templates.FindAsync(TestDomain.Owner, published.Id, Cancelled));
        Assert.IsType<TemplateResult.NotFound>(
            await domain.Templates.UpdateAsync(TestDomain.Owner, published.Id, null, Draft("stolen"), Cancelled));
        Assert.IsType<PodResult.Saved>(await domain.Pods.DeployAsync(TestDomain.Owner, new() { TemplateId = published.Id }, Cancelled));
    }

    [Fact]
    public async Task Name_IsUniquePerOwner()
    {
        await using var domain = await TestDomain.CreateAsync();
        await CreateAsync(domain, TestDomain.Owner, Draft("same"));

        var twice = await domain.Templates.CreateAsync(TestDomain.Owner, Draft(" same "), null, Cancelled);
        await CreateAsync(domain, TestDomain.Other, Draft("same"));

        Assert.Equal("You already have a template called same.", Assert.Single(Assert.IsType<TemplateResult.Invalid>(twice).Errors).Message);
    }

    [Fact]
    public async Task Update_TwoPeople_TheSecondIsTold()
    {
        await using var domain = await TestDomain.CreateAsync();
        var template = await CreateAsync(domain, TestDomain.Owner, Draft("one"));
        await domain.Templates.UpdateAsync(TestDomain.Owner, template.Id, template.Version, Draft("two"), Cancelled);

        var late = await domain.Templates.UpdateAsync(TestDomain.Owner, template.Id, template.Version, Draft("three"), Cancelled);

        Assert.Equal("two", Assert.IsType<TemplateResult.Conflict>(late).Current.Name);
    }

    [Fact]
    public async Task Update_PodsMadeFromIt_StayAsTheyAre()
    {
        await using var domain = await TestDomain.CreateAsync();
        var template = await CreateAsync(domain, TestDomain.Owner, Draft("recipe"));
        var deployed = await domain.Pods.DeployAsync(TestDomain.Owner, new() { TemplateId = template.Id }, Cancelled);
        var pod = Assert.IsType<PodResult.Saved>(deployed).Pod;

        await domain.Templates.UpdateAsync(TestDomain.Owner, template.Id, null, Draft("changed", "other-image"), Cancelled);

        var after = (await domain.FindAsync(pod.Id))!;
        Assert.Equal(("demo", "recipe"), (after.Image, after.TemplateName));
        Assert.Equal("Web", after.Ports.Single().Label);
    }

    [Fact]
    public async Task Delete_InUse_NamesOwnPodsAndCountsOthers()
    {
        await using var domain = await TestDomain.CreateAsync();
        var author = new Actor(TestDomain.Owner.UserId, CanPublish: true);
        var template = await CreateAsync(domain, author, Draft("shared") with { IsPublic = true });
        await domain.Pods.DeployAsync(TestDomain.Owner, new() { TemplateId = template.Id, Overrides = new() { Name = "my pod" } }, Cancelled);
        var others = await domain.Pods.DeployAsync(TestDomain.Other, new() { TemplateId = template.Id, Overrides = new() { Name = "secret" } }, Cancelled);

        var refused = Assert.IsType<TemplateResult.InUse>(await domain.Templates.DeleteAsync(TestDomain.Owner, template.Id, Cancelled));

        Assert.Equal(["my pod"], refused.Pods);
        Assert.Equal(1, refused.Others);
        await domain.Pods.TerminateAsync(TestDomain.Other, Assert.IsType<PodResult.Saved>(others).Pod.Id, Cancelled);
        foreach (var pod in await domain.Queries.ListOwnAsync(TestDomain.Owner, Cancelled))
        {
            await domain.Pods.TerminateAsync(TestDomain.Owner, pod.Id, Cancelled);
        }

        Assert.IsType<TemplateResult.Saved>(await domain.Templates.DeleteAsync(TestDomain.Owner, template.Id, Cancelled));
    }

    [Fact]
    public async Task Duplicate_KeepsSecretsWithoutShowingThem()
    {
        await using var domain = await TestDomain.CreateAsync();
        var recipe = Draft("source").Recipe with { Environment = [new("TOKEN", "hidden", IsSecret: true)] };
        var source = await CreateAsync(domain, TestDomain.Owner, Draft("source") with { Recipe = recipe });
        var draft = Draft("copy") with { Recipe = recipe with { Environment = [new("TOKEN", "", IsSecret: true)] } };

        var copy = Assert.IsType<TemplateResult.Saved>(await domain.Templates.CreateAsync(TestDomain.Owner, draft, source.Id, Cancelled)).Template;
        await domain.Pods.DeployAsync(TestDomain.Owner, new() { TemplateId = copy.Id }, Cancelled);

        await Eventually.TrueAsync(() => !domain.Runtime.Starts.IsEmpty, "the pod starts");
        Assert.Equal("hidden", domain.Runtime.Starts.Single().Environment.Single(variable => variable.Name == "TOKEN").Value);
    }

    [Fact]
    public async Task Catalogue_SeededAgain_ChangesNothing()
    {
        await using var domain = await TestDomain.CreateAsync();
        var before = await domain.Templates.ListPublicAsync(Cancelled);

        await domain.Get<Database>().SeedAsync(Cancelled);

        var after = await domain.Templates.ListPublicAsync(Cancelled);
        Assert.Equal(before.Select(item => (item.Id, item.CreatedAt)), after.Select(item => (item.Id, item.CreatedAt)));
        Assert.Contains(after, item => item.Id == Catalogue.DemoId);
        Assert.All(after, item => Assert.Empty(PodRules.Check(
            new() { Image = item.Image, Command = item.Command, Ports = item.Ports, ContainerDiskGb = item.ContainerDiskGb }, 0, 64)));
    }

    [Fact]
    public async Task Seeded_CannotBeChangedByAnybody()
    {
        await using var domain = await TestDomain.CreateAsync();

        Assert.IsType<TemplateResult.NotFound>(await domain.Templates.UpdateAsync(TestDomain.Admin, Catalogue.DemoId, null, Draft("x"), Cancelled));
        Assert.IsType<TemplateResult.NotFound>(await domain.Templates.DeleteAsync(TestDomain.Admin, Catalogue.DemoId, Cancelled));
    }

    private static TemplateDraft Draft(string name, string image = "demo") => new()
    {
        Name = name,
        Recipe = new() { Image = image, Ports = [new(PortProtocol.Http, 8888, "Web")] },
    };

    private static async Task<Template> CreateAsync(TestDomain domain, Actor actor, TemplateDraft draft) =>
        Assert.IsType<TemplateResult.Saved>(await domain.Templates.CreateAsync(actor, draft, null, Cancelled)).Template;

    [Fact]
    public async Task SetPublic_OfAUsersTemplate_IsForAdministratorsOnly()
    {
        await using var domain = await TestDomain.CreateAsync();
        var draft = new TemplateDraft { Name = "Mine", Recipe = new() { Image = "demo" } };
        var cancelled = TestContext.Current.CancellationToken;
        var id = Assert.IsType<TemplateResult.Saved>(await domain.Templates.CreateAsync(TestDomain.Owner, draft, cancellationToken: cancelled)).Template.Id;

        Assert.IsType<TemplateResult.Invalid>(await domain.Templates.SetPublicAsync(TestDomain.Owner, id, true, cancelled));
        Assert.IsType<TemplateResult.NotFound>(await domain.Templates.SetPublicAsync(TestDomain.Other, id, true, cancelled));
        Assert.Empty(await domain.Templates.ListOfAsync(TestDomain.Other, "owner", cancelled));
        Assert.IsType<TemplateResult.Saved>(await domain.Templates.SetPublicAsync(TestDomain.Admin, id, true, cancelled));

        Assert.Contains(await domain.Templates.ListPublicAsync(cancelled), template => template.Id == id);
        Assert.True(Assert.Single(await domain.Templates.ListOfAsync(TestDomain.Admin, "owner", cancelled)).IsPublic);
        Assert.IsType<TemplateResult.Saved>(await domain.Templates.UpdateAsync(TestDomain.Owner, id, null, draft with { IsPublic = true }, cancelled));
    }
}
