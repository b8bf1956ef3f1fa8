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

    /// <summary>
    /// Returns the exit code for a finding about a database or between its WALs. It is <see cref="Clean"/> for findings that lose nothing:
    /// obsolete WALs, whose data is in table files, and resumed recovery.
    /// </summary>
    public static int Of(Finding finding) =>
        finding.Kind is FindingKind.ObsoleteWal or FindingKind.RecoveryResumed ? Clean : Damage;
}
