using WalParser.Findings;

namespace WalParser.Framing;

/// <summary>
/// What <see cref="WalReader.ReadAllAsync"/> yields: a view of the reader where it stood. It is valid until the next entry is
/// asked for; after that its members throw instead of showing the wrong bytes.
/// </summary>
public readonly struct WalEntry : IEquatable<WalEntry>
{
    private readonly WalReader _reader;
    private readonly long _version;

    internal WalEntry(WalReader reader)
    {
        _reader = reader;
        _version = reader.Version;
    }

    /// <summary>What it is.</summary>
    /// <exception cref="InvalidOperationException">The reader has read on.</exception>
    public WalEntryKind Kind => Reader.Kind;

    /// <inheritdoc cref="WalReader.Record"/>
    public WalRecord Record => Reader.Record;

    /// <inheritdoc cref="WalReader.Corruption"/>
    public Finding Corruption => Reader.Corruption;

    /// <inheritdoc cref="WalReader.OldRecord"/>
    public OldRecord OldRecord => Reader.OldRecord;

    private WalReader Reader => _reader is not null && _reader.Version == _version
        ? _reader
        : throw new InvalidOperationException("The entry is no longer valid: its reader has read on.");

    /// <summary>Whether both are the same entry of the same reader.</summary>
    public bool Equals(WalEntry other) => ReferenceEquals(_reader, other._reader) && _version == other._version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WalEntry other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_reader, _version);

    /// <summary>Whether both are the same entry of the same reader.</summary>
    public static bool operator ==(WalEntry left, WalEntry right) => left.Equals(right);

    /// <summary>Whether they are different entries.</summary>
    public static bool operator !=(WalEntry left, WalEntry right) => !left.Equals(right);
}
