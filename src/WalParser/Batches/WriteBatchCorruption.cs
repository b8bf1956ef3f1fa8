using System.Globalization;

namespace WalParser.Batches;

/// <summary>Damage to a write batch. The operations before it were returned, and show no damage.</summary>
public readonly record struct WriteBatchCorruption
{
    /// <summary>The kind of damage.</summary>
    public WriteBatchCorruptionKind Kind { get; init; }

    /// <summary>
    /// The offset in the batch, in bytes, of the tag of the damaged operation; that of the end of the batch if the count is wrong.
    /// </summary>
    public int Offset { get; init; }

    /// <summary>The number of bytes of the batch that were not returned as operations.</summary>
    public int Bytes { get; init; }

    /// <summary>The reason, in RocksDB's words (<c>db/write_batch.cc</c>).</summary>
    public string Reason => Kind switch
    {
        WriteBatchCorruptionKind.TooSmall => "log record too small",
        WriteBatchCorruptionKind.UnknownTag => string.Create(CultureInfo.InvariantCulture, $"unknown WriteBatch tag: {(byte)Tag}"),
        WriteBatchCorruptionKind.WrongCount => "WriteBatch has wrong count",
        _ => BatchTagTraits.Of(Tag).Damage,
    };

    internal BatchTag Tag { get; init; }
}
