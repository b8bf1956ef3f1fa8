using WalParser.Files;

namespace WalParser.Salvage;

/// <summary>What a <see cref="LogSalvage"/> did.</summary>
/// <param name="Logs">The logs, in the order in which they were read.</param>
/// <param name="Problems">What is wrong with the set as a whole, or between its logs.</param>
public sealed record SalvageReport(IReadOnlyList<SalvagedLog> Logs, IReadOnlyList<DatabaseProblem> Problems)
{
    /// <summary>Whether anything was lost.</summary>
    public bool HasLosses => Logs.Any(log => log.LossCount > 0);

    /// <summary>Whether a log could not be read or written.</summary>
    public bool HasFailures => Logs.Any(log => log.Failure is not null);
}
