using PodConsole.Domain.Pods;

namespace PodConsole.Domain.Accounts.ApiKeys;

/// <summary>How the making of a key ended.</summary>
public abstract record ApiKeyResult
{
    private ApiKeyResult()
    {
    }

    /// <summary>Made.</summary>
    /// <param name="Key">What is kept of it.</param>
    /// <param name="Secret">The key itself, which is not kept anywhere.</param>
    public sealed record Made(ApiKey Key, string Secret) : ApiKeyResult
    {
        /// <summary>Never shows the key, whoever logs it.</summary>
        public override string ToString() => $"{nameof(Made)} {Key.Hint}…";
    }

    /// <summary>Nothing was made: these values are wrong.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : ApiKeyResult;

    /// <summary>The caller has no account.</summary>
    public sealed record NotFound : ApiKeyResult;
}
