namespace WalParser.Batches;

/// <summary>
/// What follows the tag byte of a write batch's record, in this order: the id of a column family (a varint32), then up to two fields, each
/// a varint32 length and as many bytes.
/// </summary>
[Flags]
internal enum BatchTagForm : byte
{
    /// <summary>Nothing follows.</summary>
    None = 0,

    /// <summary>The id of the column family. Without it, an operation with a key is for family 0.</summary>
    ColumnFamily = 1 << 0,

    /// <summary>A first field that is a key: the operation counts and takes a sequence number.</summary>
    Key = 1 << 1,

    /// <summary>A first field that is no key.</summary>
    Data = 1 << 2,

    /// <summary>A second field.</summary>
    Second = 1 << 3,

    /// <summary>The second field is the key before which a range ends.</summary>
    EndKey = 1 << 4,

    /// <summary>The second field is a value with a write time of 8 bytes at its end.</summary>
    WriteTime = 1 << 5,

    /// <summary>RocksDB does not know the tag.</summary>
    Unknown = 1 << 7,
}
