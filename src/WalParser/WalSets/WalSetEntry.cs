using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>
/// An entry that <see cref="WalSetReader.ReadAllAsync"/> yields: a view of the reader at its current position. It is valid until the next
/// entry is requested; after that, its members throw an exception instead of returning bytes of another entry.
/// </summary>
public readonly struct WalSetEntry : IEquatable<WalSetEntry>
{
    private readonly WalSetReader _reader;
    private readonly long _version;

    internal WalSetEntry(WalSetReader reader)
    {
        _reader = reader;
        _version = reader.Version;
    }

    /// <inheritdoc cref="WalSetReader.Kind"/>
    public WalSetEntryKind Kind => Reader.Kind;

    /// <inheritdoc cref="WalSetReader.File"/>
    public WalFile File => Reader.File;

    /// <inheritdoc cref="WalSetReader.Log"/>
    public WalReader Log => Reader.Log;

    /// <inheritdoc cref="WalSetReader.Record"/>
    public WalRecord Record => Reader.Record;

    /// <inheritdoc cref="WalSetReader.Batch"/>
    public WriteBatch Batch => Reader.Batch;

    /// <inheritdoc cref="WalSetReader.NextSequence"/>
    public ulong? NextSequence => Reader.NextSequence;

    /// <inheritdoc cref="WalSetReader.LikelyNextSequence"/>
    public ulong LikelyNextSequence => Reader.LikelyNextSequence;

    /// <inheritdoc cref="WalSetReader.BatchFinding"/>
    public Finding? BatchFinding => Reader.BatchFinding;

    /// <inheritdoc cref="WalSetReader.Finding"/>
    public Finding Finding => Reader.Finding;

    /// <inheritdoc cref="WalSetReader.OldRecord"/>
    public OldRecord OldRecord => Reader.OldRecord;

    /// <inheritdoc cref="WalSetReader.SequenceFinding"/>
    public SequenceFinding SequenceFinding => Reader.SequenceFinding;

    /// <inheritdoc cref="WalSetReader.HasMarks"/>
    internal bool HasMarks => Reader.HasMarks;

    /// <inheritdoc cref="WalSetReader.MayBeRefused"/>
    internal bool MayBeRefused => Reader.MayBeRefused;

    private WalSetReader Reader => _reader is not null && _reader.Version == _version
        ? _reader
        : throw new InvalidOperationException("The entry is no longer valid: its reader has read on.");

    /// <summary>Returns whether both are the same entry of the same reader.</summary>
    public bool Equals(WalSetEntry other) => ReferenceEquals(_reader, other._reader) && _version == other._version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WalSetEntry other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_reader, _version);

    /// <summary>Returns whether both are the same entry of the same reader.</summary>
    public static bool operator ==(WalSetEntry left, WalSetEntry right) => left.Equals(right);

    /// <summary>Returns whether they are different entries.</summary>
    public static bool operator !=(WalSetEntry left, WalSetEntry right) => !left.Equals(right);
}
