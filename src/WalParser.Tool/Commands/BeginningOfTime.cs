namespace WalParser.Tool.Commands;

/// <summary>A clock that stands at the beginning of 1970, at which no key has expired.</summary>
internal sealed class BeginningOfTime : TimeProvider
{
    public static readonly BeginningOfTime Instance = new();

    private BeginningOfTime()
    {
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
}
