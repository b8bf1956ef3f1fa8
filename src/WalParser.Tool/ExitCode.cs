namespace WalParser.Tool;

/// <summary>What every command returns. The greater number wins: a file that could not be read says more than damage in another.</summary>
internal static class ExitCode
{
    /// <summary>Everything was read, and nothing was damaged.</summary>
    public const int Clean = 0;

    /// <summary>Damage was found.</summary>
    public const int Damage = 1;

    /// <summary>A usage error, or input or output failed.</summary>
    public const int Failure = 2;

    /// <summary>Ctrl-C: 128 and the signal's number, as shells have it.</summary>
    public const int Interrupted = 130;
}
