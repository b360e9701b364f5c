using PodConsole.Domain.Accounts;
using PodConsole.Domain.Accounts.ApiKeys;
using PodConsole.Domain.Accounts.SshKeys;
using PodConsole.Domain.Audit;
using PodConsole.Domain.Connections;
using PodConsole.Domain.Pods;
using PodConsole.Domain.Pods.Draining;
using PodConsole.Domain.Ports;
using PodConsole.Domain.Ports.Mappings;
using PodConsole.Domain.Ports.Options;
using PodConsole.Domain.Ports.Planning;

namespace PodConsole.Tests.Isolation;

/// <summary>
/// Every method of the domain's services that reads, writes, or is about a pod: a new one gets a line here. <c>Owners</c>
/// and <c>OwnersAlone</c> are about something of somebody's, <c>Admins</c> about something that only administrators may know
/// of, <c>Own</c> about what the caller has, <c>Consoles</c> are called by nobody but the console's own code.
/// </summary>
internal static class ServiceRules
{
    private static readonly PortKey Http = new(PortProtocol.Http, 8888);

    private static readonly PodDrain Drain = new(DrainAction.Stop, DateTime.UnixEpoch, []);

    public static IReadOnlyList<ServiceRule> All { get; } =
    [
        Owners(OwnersThing.Pod, "PodQueries.FindAsync", (of, who, id) => of.Get<PodQueries>().FindAsync(who, PodId.Parse(id))),
        Owners(OwnersThing.Pod, "PodQueries.ReadEnvironmentAsync", (of, who, id) => of.Get<PodQueries>().ReadEnvironmentAsync(who, PodId.Parse(id))),
        Own("PodQueries.ListOwnAsync", (of, who) => of.Get<PodQueries>().ListOwnAsync(who)),

        Own("PodService.DeployAsync", (of, who) => of.Pods.DeployAsync(who, new() { Overrides = new() { Image = "own", Name = $"{who.UserId}s" } }), shows: "owners"),
        Owners(OwnersThing.Template, "PodService.DeployAsync", (of, who, id) => of.Pods.DeployAsync(who, new() { TemplateId = id })),
        Owners(OwnersThing.Pod, "PodService.EditAsync", (of, who, id) => of.Pods.EditAsync(who, PodId.Parse(id), null, new() { Name = "renamed" })),
        Owners(OwnersThing.Pod, "PodService.SetPortOptionsAsync",
            (of, who, id) => of.Pods.SetPortOptionsAsync(who, PodId.Parse(id), null, Http, new() { Audience = PortAudience.SignedIn })),
        Owners(OwnersThing.Pod, "PodService.GrantAsync",
            (of, who, id) => of.Pods.GrantAsync(who, PodId.Parse(id), Http, PortGrant.NewLink("x", DateTime.UtcNow, DateTime.UtcNow.AddHours(1)))),
        Owners(OwnersThing.Pod, "PodService.RevokeAsync", (of, who, id) => of.Pods.RevokeAsync(who, PodId.Parse(id), Http, "none")),
        Owners(OwnersThing.Pod, "PodService.StartAsync", (of, who, id) => of.Pods.StartAsync(who, PodId.Parse(id))),
        Owners(OwnersThing.Pod, "PodService.StopAsync", (of, who, id) => of.Pods.StopAsync(who, PodId.Parse(id))),
        Owners(OwnersThing.Pod, "PodService.RestartAsync", (of, who, id) => of.Pods.RestartAsync(who, PodId.Parse(id))),
        Owners(OwnersThing.Pod, "PodService.ResetAsync", (of, who, id) => of.Pods.ResetAsync(who, PodId.Parse(id))),
        Owners(OwnersThing.Pod, "PodService.MigrateAsync", (of, who, id) => of.Pods.MigrateAsync(who, PodId.Parse(id))),
        Owners(OwnersThing.Pod, "PodService.TerminateAsync", (of, who, id) => of.Pods.TerminateAsync(who, PodId.Parse(id))),
        Owners(OwnersThing.Pod, "PodService.DrainAsync", (of, who, id) => of.Pods.DrainAsync(who, PodId.Parse(id), DrainAction.Stop)),
        Owners(OwnersThing.Pod, "PodService.CancelDrainAsync", (of, who, id) => of.Pods.CancelDrainAsync(who, PodId.Parse(id), Drain)),
        Owners(OwnersThing.Pod, "PodService.FinishDrainAsync", (of, who, id) => of.Pods.FinishDrainAsync(who, PodId.Parse(id), Drain)),

        Owners(OwnersThing.Pod, "MappingHistory.ReadAsync", (of, who, id) => of.Get<MappingHistory>().ReadAsync(who, PodId.Parse(id))),
        Own("MappingHistory.ReadNewsAsync", (of, who) => of.Get<MappingHistory>().ReadNewsAsync(who, 0)),
        Consoles("MappingHistory.ReadLastIdAsync", "a number that says nothing of anybody's"),
        Owners(OwnersThing.Pod, "PortPlanner.PlanAsync",
            (of, who, id) => of.Get<PortPlanner>().PlanAsync(who, new() { PodId = PodId.Parse(id), Ports = [new(PortProtocol.Tcp, 22)] })),

        Own("ConnectionService.ListAsync", (of, who) => of.Get<ConnectionService>().ListAsync(who)),
        Owners(OwnersThing.Connection, "ConnectionService.EndAsync", (of, who, id) => of.EndAsync(service => service.EndAsync(who, long.Parse(id)))),
        Owners(OwnersThing.Connection, "ConnectionService.EndManyAsync", (of, who, id) => of.EndAsync(service => service.EndManyAsync(who, new HashSet<long> { long.Parse(id) }))),
        Owners(OwnersThing.Connection, "ConnectionService.EndPodAsync", (of, who, id) => of.EndAsync(service => service.EndPodAsync(who, of.PodOf(id)))),
        Owners(OwnersThing.Connection, "ConnectionService.EndClientAsync", (of, who, id) => of.EndAsync(service => service.EndClientAsync(who, of.ClientOf(id)))),

        Own("TemplateService.ListOwnAsync", (of, who) => of.Templates.ListOwnAsync(who)),
        Admins(OwnersThing.Account, "TemplateService.ListOfAsync", (of, who, id) => of.Templates.ListOfAsync(who, id)),
        Consoles("TemplateService.ListPublicAsync", "what everybody may see"),
        Owners(OwnersThing.Template, "TemplateService.FindAsync", (of, who, id) => of.Templates.FindAsync(who, id)),
        Owners(OwnersThing.Template, "TemplateService.CreateAsync", (of, who, id) => of.CopyAsync(who, id)),
        Owners(OwnersThing.Template, "TemplateService.UpdateAsync", (of, who, id) => of.Templates.UpdateAsync(who, id, null, Tenancy.Draft("renamed"))),
        Owners(OwnersThing.Template, "TemplateService.EditAsync", (of, who, id) => of.Templates.EditAsync(who, id, _ => Tenancy.Draft("renamed"))),
        Owners(OwnersThing.Template, "TemplateService.MayEditAsync", (of, who, id) => of.Templates.MayEditAsync(who, id)),
        Owners(OwnersThing.Template, "TemplateService.SetPublicAsync", (of, who, id) => of.Templates.SetPublicAsync(who, id, false)),
        Owners(OwnersThing.Template, "TemplateService.DeleteAsync", (of, who, id) => of.Templates.DeleteAsync(who, id)),

        Owners(OwnersThing.Template, "TemplateValues.FillAsync", (of, who, id) => of.Get<TemplateValues>().FillAsync(who, id, new())),

        Own("SshKeyService.ListAsync", (of, who) => of.Get<SshKeyService>().ListAsync(who)),
        Own("SshKeyService.AddAsync", (of, who) => of.Get<SshKeyService>().AddAsync(who, "none", null), shows: ""),
        OwnersAlone(OwnersThing.SshKey, "SshKeyService.RemoveAsync", (of, who, id) => of.Get<SshKeyService>().RemoveAsync(who, int.Parse(id))),
        Own("SshKeyService.ReplaceAsync", (of, who) => of.Get<SshKeyService>().ReplaceAsync(who, []), shows: ""),

        Admins(OwnersThing.None, "AuditQueries.ListAsync", (of, who, _) => of.Get<AuditQueries>().ListAsync(who, new(), 0, 100)),
        Own("AuditQueries.ListOwnAsync", (of, who) => of.Get<AuditQueries>().ListOwnAsync(who, new(), 0, 100)),
        Consoles("AuditTrail.RecordAsync", "within the transaction of a change"),
        Consoles("AuditCleanUp.CleanAsync", "by time"),

        Admins(OwnersThing.None, "AccountService.ListAsync", (of, who, _) => of.Get<AccountService>().ListAsync(who)),
        Admins(OwnersThing.Account, "AccountService.SetRightsAsync", (of, who, id) => of.Get<AccountService>().SetRightsAsync(who, id, new(Roles.User, MaxPods: 3))),
        Admins(OwnersThing.Account, "AccountService.DisableAsync", (of, who, id) => of.Get<AccountService>().DisableAsync(who, id)),
        Admins(OwnersThing.Account, "AccountService.EnableAsync", (of, who, id) => of.Get<AccountService>().EnableAsync(who, id)),
        Admins(OwnersThing.Account, "AccountService.RemoveSecondFactorAsync", (of, who, id) => of.Get<AccountService>().RemoveSecondFactorAsync(who, id)),
        Admins(OwnersThing.Account, "AccountService.RemoveAsync", (of, who, id) => of.Get<AccountService>().RemoveAsync(who, id)),
        Admins(OwnersThing.None, "AccountLinks.ListInvitationsAsync", (of, who, _) => of.Get<AccountLinks>().ListInvitationsAsync(who)),
        Admins(OwnersThing.None, "AccountLinks.InviteAsync", (of, who, _) => of.Get<AccountLinks>().InviteAsync(who, "new@example.com", new(Roles.Admin))),
        Admins(OwnersThing.Account, "AccountLinks.ResetPasswordAsync", (of, who, id) => of.Get<AccountLinks>().ResetPasswordAsync(who, id)),
        Admins(OwnersThing.Invitation, "AccountLinks.WithdrawAsync", (of, who, id) => of.Get<AccountLinks>().WithdrawAsync(who, int.Parse(id))),
        Consoles("LinkUse.FindAsync", "whoever has the code needs nothing else"),
        Consoles("LinkUse.JoinAsync", "whoever has the code needs nothing else"),
        Consoles("LinkUse.ResetPasswordAsync", "whoever has the code needs nothing else"),
        Consoles("Registration.CreateAsync", "the first account, behind the code of the set-up"),
        Consoles("Registration.PromoteAsync", "at the start"),

        Consoles("Sessions.StartAsync", "after the password was right"),
        Consoles("Sessions.IsLiveAsync", "for whoever shows the session"),
        Own("Sessions.ListOwnAsync", (of, who) => of.Get<Sessions>().ListOwnAsync(who)),
        OwnersAlone(OwnersThing.Session, "Sessions.EndAsync", (of, who, id) => of.EndSessionAsync(who, id)),
        Own("Sessions.EndAllAsync", (of, who) => of.Get<Sessions>().EndAllAsync(who, except: null), shows: ""),
        Own("OwnAccount.FindAsync", (of, who) => of.Get<OwnAccount>().FindAsync(who)),
        Own("OwnAccount.ChangePasswordAsync", (of, who) => of.Get<OwnAccount>().ChangePasswordAsync(who, "", "wrong", "another password"), shows: ""),
        Own("OwnAccount.NewAuthenticatorKeyAsync", (of, who) => of.Get<OwnAccount>().NewAuthenticatorKeyAsync(who), shows: ""),
        Own("OwnAccount.EnableSecondFactorAsync", (of, who) => of.Get<OwnAccount>().EnableSecondFactorAsync(who, "000000"), shows: ""),
        Own("OwnAccount.DisableSecondFactorAsync", (of, who) => of.Get<OwnAccount>().DisableSecondFactorAsync(who, "wrong"), shows: ""),
        Own("OwnAccount.NewRecoveryCodesAsync", (of, who) => of.Get<OwnAccount>().NewRecoveryCodesAsync(who, "wrong"), shows: ""),
        Consoles("SignInGuard.FindLockAsync", "before a password is looked at"),
        Consoles("SignInGuard.FailAsync", "after a wrong password"),
        Consoles("SignInGuard.ClearAsync", "after a right password"),
        Consoles("SecondFactor.VerifyAsync", "after a right password"),
        Consoles("VisitorDirectory.FindAsync", "by the gateway, for whoever shows a visitor's cookie"),
        Consoles("VisitorDirectory.SignOutAsync", "after a session has ended"),
        Own("ApiKeyService.ListAsync", (of, who) => of.Get<ApiKeyService>().ListAsync(who)),
        Own("ApiKeyService.CreateAsync", (of, who) => of.Get<ApiKeyService>().CreateAsync(who, "own", ApiScopes.Read, null), shows: ""),
        OwnersAlone(OwnersThing.ApiKey, "ApiKeyService.RevokeAsync", (of, who, id) => of.Get<ApiKeyService>().RevokeAsync(who, int.Parse(id))),
        Consoles("ApiCallers.FindAsync", "for whoever shows a key"),
        Consoles("SettingsKey.SetAsync", "at the start"),
        Consoles("SettingsKey.RemoveAsync", "at the start"),
        Consoles("KeyUses.StopAsync", "at the end"),

        Consoles("Database.PrepareAsync", "at the start"),
        Consoles("Database.SeedAsync", "at the start"),
        Consoles("PodFeed.Tick", "after a change"),
        Consoles("DrainingPods.Add", "after a change"),
        Consoles("DrainKeeper.LookAsync", "every second"),
        Consoles("DrainKeeper.StartAsync", "at the start"),
        Consoles("DrainKeeper.StartedAsync", "at the start"),
        Consoles("DrainKeeper.StoppingAsync", "at the end"),
        Consoles("PodReconciler.ReconcileAsync", "by the supervisor"),
        Consoles("PodSupervisor.Wake", "after a change"),
        Consoles("PodSupervisor.StartAsync", "at the start"),
        Consoles("PodSupervisor.StartedAsync", "at the start"),
        Consoles("PodSupervisor.StopAsync", "at the end"),
        Consoles("PortAllocator.LeaseAsync", "within the transaction of a change"),
        Consoles("LeaseMoves.MoveAsync", "by the publisher"),
    ];

    private static ServiceRule Owners(OwnersThing thing, string method, Func<Tenancy, Actor, string, Task> call) =>
        new(method, thing, ServiceAudience.Owners, (of, who, id) => Tenancy.ResultOf(call(of, who, id)));

    private static ServiceRule OwnersAlone(OwnersThing thing, string method, Func<Tenancy, Actor, string, Task> call) =>
        new(method, thing, ServiceAudience.OwnersAlone, (of, who, id) => Tenancy.ResultOf(call(of, who, id)));

    private static ServiceRule Admins(OwnersThing thing, string method, Func<Tenancy, Actor, string, Task> call) =>
        new(method, thing, ServiceAudience.Admins, (of, who, id) => Tenancy.ResultOf(call(of, who, id)));

    // shows: what of his own the owner is shown.
    private static ServiceRule Own(string method, Func<Tenancy, Actor, Task> call, string shows = Tenancy.Mark) =>
        new(method, OwnersThing.None, ServiceAudience.Own, (of, who, _) => Tenancy.ResultOf(call(of, who))) { Shows = shows };

    private static ServiceRule Consoles(string method, string when) =>
        new(method, OwnersThing.None, ServiceAudience.Console, (_, _, _) => throw new InvalidOperationException(when));
}

/// <summary>Whom a method serves.</summary>
internal enum ServiceAudience
{
    /// <summary>The owner, and administrators.</summary>
    Owners,

    /// <summary>The owner, and not even administrators.</summary>
    OwnersAlone,

    /// <summary>Administrators.</summary>
    Admins,

    /// <summary>Everybody, about himself.</summary>
    Own,

    /// <summary>The console's own code, after a check of its own.</summary>
    Console,
}

/// <summary>What a method is about.</summary>
internal enum OwnersThing
{
    None,
    Pod,
    Template,
    Connection,
    SshKey,
    ApiKey,
    Session,
    Account,
    Invitation,
}

/// <summary>One method of a service, and whom it serves.</summary>
/// <param name="Method">Its class and name.</param>
/// <param name="Of">What it is called for.</param>
/// <param name="Audience">Whom it serves.</param>
/// <param name="Call">Calls it as somebody, for something.</param>
internal sealed record ServiceRule(string Method, OwnersThing Of, ServiceAudience Audience, Func<Tenancy, Actor, string, Task<object?>> Call)
{
    /// <summary>What of his own the owner is shown.</summary>
    public string Shows { get; init; } = "";

    /// <summary>The rule's name in the list of tests.</summary>
    public string Name => Of == OwnersThing.None ? Method : $"{Method} {Of}";
}
