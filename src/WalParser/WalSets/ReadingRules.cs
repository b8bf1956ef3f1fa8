using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>
/// Decides which files, records and batches a <see cref="WalSetReader"/> delivers. The reader calls a member at each event, in order. A
/// reader without rules delivers everything.
/// </summary>
internal abstract class ReadingRules
{
    /// <summary>Whether the reading ends with the current file, because RocksDB would not open the database.</summary>
    public abstract bool IsRefused { get; }

    /// <summary>Whether the reader skips the rest of the current WAL.</summary>
    public abstract bool HasLeftFile { get; }

    /// <summary>The end of the part of the current record's batch that is replayed; null if all of it is.</summary>
    public abstract ReplayLimit? Limit { get; }

    /// <summary>Problems to deliver after the entry that caused them.</summary>
    public Queue<Finding> Findings { get; } = new();

    /// <summary>Begins the set.</summary>
    public abstract void BeginSet();

    /// <summary>Begins a WAL. Returns false to skip it.</summary>
    public abstract bool BeginFile(WalFile file);

    /// <summary>Decides on a record that was read. Returns false if the reader does not deliver it.</summary>
    public abstract bool ProcessRecord(in WalRecord record);

    /// <summary>Processes damage to the framing of the current WAL.</summary>
    public abstract void ProcessFinding(Finding finding);

    /// <summary>Processes the end of the live part of a recycled log.</summary>
    public abstract void ProcessOldRecord(OldRecord old);

    /// <summary>Ends the current WAL: it was read to its end.</summary>
    public abstract void EndFile();

    /// <summary>Processes a failure to read the current WAL.</summary>
    public abstract void ProcessFailure();

    /// <summary>Ends the set.</summary>
    public abstract void EndSet();
}
