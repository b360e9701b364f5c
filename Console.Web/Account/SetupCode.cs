using System.Security.Cryptography;
using System.Text;

namespace PodConsole.Web.Account;

/// <summary>
/// The one-time code that lets the first visitor create the first account. It is printed at start, lives in memory, and is
/// gone once used, or after too many wrong tries.
/// </summary>
internal sealed class SetupCode
{
    private const int MaxTries = 10;

    private readonly Lock _lock = new();
    private int _tries;

    /// <summary>The code; null when set-up is closed.</summary>
    public string? Value { get; private set; }

    /// <summary>Makes a code: 130 random bits.</summary>
    public void Open() => Value = RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 26);

    /// <summary>Whether this is the code. Says no for ever after too many wrong ones: then a restart makes a new code.</summary>
    public bool IsRight(string? code)
    {
        lock (_lock)
        {
            if (Value is null || string.IsNullOrEmpty(code) || ++_tries > MaxTries)
            {
                return false;
            }

            var right = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes(Value));
            _tries = right ? 0 : _tries;
            return right;
        }
    }

    /// <summary>Takes the code, so that only one of two who use it at once makes an account.</summary>
    public bool TryTake(string? code)
    {
        lock (_lock)
        {
            if (!IsRight(code))
            {
                return false;
            }

            Value = null;
            return true;
        }
    }

    /// <summary>Gives a taken code back: the account could not be made with what was typed.</summary>
    public void PutBack(string code) => Value = code;
}
