using WalParser.Findings;

namespace WalParser.Tool;

/// <summary>
/// The exit codes of all commands. If several apply, the greatest is returned: an unreadable file outweighs damage in another file.
/// </summary>
internal static class ExitCode
{
    /// <summary>Everything was read, and nothing is damaged or missing.</summary>
    public const int Clean = 0;

    /// <summary>Something is damaged or missing, or RocksDB would not open the database.</summary>
    public const int Damage = 1;

    /// <summary>The command line is wrong, or reading the input or writing the output failed.</summary>
    public const int Failure = 2;

    /// <summary>The command was interrupted by Ctrl-C: 128 plus the number of the signal, as in shells.</summary>
    public const int Interrupted = 130;

    /// <summary>
    /// Returns the exit code for a finding, by the one rule of all commands: <see cref="Clean"/> for notes, <see cref="Failure"/> for what
    /// could not be read, <see cref="Damage"/> for all others.
    /// </summary>
    public static int Of(Finding finding) =>
        finding.Kind == FindingKind.Unreadable ? Failure
        : finding.Severity == FindingSeverity.Note ? Clean
        : Damage;
}
