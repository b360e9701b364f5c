namespace PodConsole.Domain.Audit;

/// <summary>Everything that is recorded, by the text that is stored: <c>what.deed</c>.</summary>
public static class AuditActions
{
    /// <summary>Made a pod.</summary>
    public const string PodDeploy = "pod.deploy";

    /// <summary>Edited a pod.</summary>
    public const string PodEdit = "pod.edit";

    /// <summary>Started a pod.</summary>
    public const string PodStart = "pod.start";

    /// <summary>Stopped a pod.</summary>
    public const string PodStop = "pod.stop";

    /// <summary>Restarted a pod.</summary>
    public const string PodRestart = "pod.restart";

    /// <summary>Reset a pod.</summary>
    public const string PodReset = "pod.reset";

    /// <summary>Moved a pod to another public address.</summary>
    public const string PodMigrate = "pod.migrate";

    /// <summary>Terminated a pod.</summary>
    public const string PodTerminate = "pod.terminate";

    /// <summary>Began to wait until a pod's connections have ended.</summary>
    public const string PodDrain = "pod.drain";

    /// <summary>Took such a wait back.</summary>
    public const string PodDrainCancel = "pod.drain-cancel";

    /// <summary>Ended connections to a pod.</summary>
    public const string PodDisconnect = "pod.disconnect";

    /// <summary>Changed the settings of a port.</summary>
    public const string PortOptions = "port.options";

    /// <summary>Made a link or token of a port.</summary>
    public const string PortGrant = "port.grant";

    /// <summary>Revoked a link or token of a port.</summary>
    public const string PortRevoke = "port.revoke";

    /// <summary>Made a template.</summary>
    public const string TemplateCreate = "template.create";

    /// <summary>Changed a template.</summary>
    public const string TemplateEdit = "template.edit";

    /// <summary>Deleted a template.</summary>
    public const string TemplateDelete = "template.delete";

    /// <summary>Added an SSH key.</summary>
    public const string SshKeyAdd = "key.ssh-add";

    /// <summary>Removed an SSH key.</summary>
    public const string SshKeyRemove = "key.ssh-remove";

    /// <summary>Replaced all SSH keys.</summary>
    public const string SshKeyReplace = "key.ssh-replace";

    /// <summary>Made an API key.</summary>
    public const string ApiKeyCreate = "key.api-create";

    /// <summary>Revoked an API key.</summary>
    public const string ApiKeyRevoke = "key.api-revoke";

    /// <summary>Signed in.</summary>
    public const string SignIn = "session.sign-in";

    /// <summary>Failed to sign in so often that the address is locked for a while.</summary>
    public const string SignInLocked = "session.locked";

    /// <summary>Signed out.</summary>
    public const string SignOut = "session.sign-out";

    /// <summary>Signed an account out everywhere.</summary>
    public const string SignOutEverywhere = "session.sign-out-everywhere";

    /// <summary>Changed the own password.</summary>
    public const string PasswordChange = "user.password";

    /// <summary>Turned the own second factor on.</summary>
    public const string SecondFactorOn = "user.second-factor-on";

    /// <summary>Turned an account's second factor off.</summary>
    public const string SecondFactorOff = "user.second-factor-off";

    /// <summary>Made new recovery codes.</summary>
    public const string RecoveryCodes = "user.recovery-codes";

    /// <summary>Made an account.</summary>
    public const string UserCreate = "user.create";

    /// <summary>Invited somebody.</summary>
    public const string UserInvite = "user.invite";

    /// <summary>Took an invitation back.</summary>
    public const string UserWithdraw = "user.withdraw";

    /// <summary>Made a link for a new password.</summary>
    public const string UserResetLink = "user.reset-link";

    /// <summary>Chose a new password with a link.</summary>
    public const string UserReset = "user.reset";

    /// <summary>Set an account's role and limits.</summary>
    public const string UserRights = "user.rights";

    /// <summary>Disabled an account.</summary>
    public const string UserDisable = "user.disable";

    /// <summary>Enabled an account again.</summary>
    public const string UserEnable = "user.enable";

    /// <summary>Removed an account.</summary>
    public const string UserRemove = "user.remove";

    /// <summary>What was done, for people.</summary>
    public static IReadOnlyDictionary<string, string> Words { get; } = new Dictionary<string, string>
    {
        [PodDeploy] = "Deployed",
        [PodEdit] = "Edited",
        [PodStart] = "Started",
        [PodStop] = "Stopped",
        [PodRestart] = "Restarted",
        [PodReset] = "Reset",
        [PodMigrate] = "Migrated",
        [PodTerminate] = "Terminated",
        [PodDrain] = "Began to drain",
        [PodDrainCancel] = "Cancelled the drain of",
        [PodDisconnect] = "Ended connections of",
        [PortOptions] = "Changed the settings of a port of",
        [PortGrant] = "Made a link or token of a port of",
        [PortRevoke] = "Revoked a link or token of a port of",
        [TemplateCreate] = "Created the template",
        [TemplateEdit] = "Changed the template",
        [TemplateDelete] = "Deleted the template",
        [SshKeyAdd] = "Added the SSH key",
        [SshKeyRemove] = "Removed the SSH key",
        [SshKeyReplace] = "Replaced the SSH keys",
        [ApiKeyCreate] = "Made the API key",
        [ApiKeyRevoke] = "Revoked the API key",
        [SignIn] = "Signed in",
        [SignInLocked] = "Locked after failed sign-ins",
        [SignOut] = "Signed out",
        [SignOutEverywhere] = "Signed out everywhere",
        [PasswordChange] = "Changed the password",
        [SecondFactorOn] = "Turned the second factor on",
        [SecondFactorOff] = "Turned the second factor off",
        [RecoveryCodes] = "Made new recovery codes",
        [UserCreate] = "Created the account",
        [UserInvite] = "Invited",
        [UserWithdraw] = "Withdrew the invitation",
        [UserResetLink] = "Made a link for a new password",
        [UserReset] = "Chose a new password by link",
        [UserRights] = "Set role and limits",
        [UserDisable] = "Disabled the account",
        [UserEnable] = "Enabled the account",
        [UserRemove] = "Removed the account",
    };
}
