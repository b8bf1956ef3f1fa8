using System.Globalization;

namespace WalParser.Batches;

/// <summary>Damage to a write batch. The operations before it are good, as far as one can tell, and were delivered.</summary>
public readonly record struct WriteBatchCorruption
{
    /// <summary>What kind of damage it is.</summary>
    public WriteBatchCorruptionKind Kind { get; init; }

    /// <summary>Offset in the batch, in bytes, of the tag at fault; of its end, if the count is wrong.</summary>
    public int Offset { get; init; }

    /// <summary>How many bytes of the batch were not delivered.</summary>
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
