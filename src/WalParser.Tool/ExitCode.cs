using WalParser.Findings;

namespace WalParser.Tool;

/// <summary>
/// The exit codes of all commands. If several apply, the greatest is returned: an unreadable file outweighs damage in another file.
/// </summary>
internal static class ExitCode
{
    /// <summary>Everything was read, and nothing was damaged.</summary>
    public const int Clean = 0;

    /// <summary>Damage was found.</summary>
    public const int Damage = 1;

    /// <summary>The command line is wrong, or reading the input or writing the output failed.</summary>
    public const int Failure = 2;

    /// <summary>The command was interrupted by Ctrl-C: 128 plus the number of the signal, as in shells.</summary>
    public const int Interrupted = 130;

    /// <summary>Returns the exit code for a finding: a note loses nothing.</summary>
    public static int Of(Finding finding) => finding.Severity == FindingSeverity.Note ? Clean : Damage;
}
