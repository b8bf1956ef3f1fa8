using WalParser.Findings;

namespace WalParser.Framing;

/// <summary>
/// An entry that <see cref="WalReader.ReadAllAsync"/> returns: a view of the reader at its position. It is valid until the next entry is
/// requested; after that, its members throw instead of returning wrong bytes.
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

    /// <summary>The kind of the entry.</summary>
    /// <exception cref="InvalidOperationException">The reader has read another entry since.</exception>
    public WalEntryKind Kind => Reader.Kind;

    /// <inheritdoc cref="WalReader.Record"/>
    public WalRecord Record => Reader.Record;

    /// <inheritdoc cref="WalReader.Finding"/>
    public Finding Finding => Reader.Finding;

    /// <inheritdoc cref="WalReader.OldRecord"/>
    public OldRecord OldRecord => Reader.OldRecord;

    private WalReader Reader => _reader is not null && _reader.Version == _version
        ? _reader
        : throw new InvalidOperationException("The entry is no longer valid: its reader has read on.");

    /// <summary>Returns whether both are the same entry of the same reader.</summary>
    /// <param name="other">The other entry.</param>
    public bool Equals(WalEntry other) => ReferenceEquals(_reader, other._reader) && _version == other._version;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WalEntry other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_reader, _version);

    /// <summary>Returns whether both are the same entry of the same reader.</summary>
    public static bool operator ==(WalEntry left, WalEntry right) => left.Equals(right);

    /// <summary>Returns whether they are different entries.</summary>
    public static bool operator !=(WalEntry left, WalEntry right) => !left.Equals(right);
}
