namespace WalParser.RocksDb.Tests.Databases;

/// <summary>The operations in the history of a <see cref="Recipe"/>'s databases in addition to puts and deletes.</summary>
[Flags]
internal enum Features
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Merges with the operator <c>stringappend</c>.</summary>
    Merges = 1 << 0,

    /// <summary>Range deletions.</summary>
    Ranges = 1 << 1,

    /// <summary>Empty range deletions.</summary>
    EmptyRanges = 1 << 2,

    /// <summary>Column families that are created and dropped in between.</summary>
    Families = 1 << 3,

    /// <summary>Wide-column entities, and puts with a write time.</summary>
    Entities = 1 << 4,

    /// <summary>User-defined timestamps.</summary>
    Timestamps = 1 << 5,

    /// <summary>Transactions, which are prepared if the kind of database supports it.</summary>
    Transactions = 1 << 6,

    /// <summary>Closing and reopening in between.</summary>
    Reopens = 1 << 7,

    /// <summary>Writes outside the WAL.</summary>
    OutsideWal = 1 << 8,

    /// <summary>Values of a hundred or more bytes in each batch.</summary>
    LargeValues = 1 << 9,
}
