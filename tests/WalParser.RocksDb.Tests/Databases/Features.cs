namespace WalParser.RocksDb.Tests.Databases;

/// <summary>What the history of a <see cref="Recipe"/>'s databases contains beside puts and deletes.</summary>
[Flags]
internal enum Features
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Merges, of the operator <c>stringappend</c>.</summary>
    Merges = 1 << 0,

    /// <summary>Range deletions.</summary>
    Ranges = 1 << 1,

    /// <summary>Range deletions that begin where they end.</summary>
    EmptyRanges = 1 << 2,

    /// <summary>Column families that are created and dropped on the way.</summary>
    Families = 1 << 3,

    /// <summary>Wide-column entities, and puts with a write time.</summary>
    Entities = 1 << 4,

    /// <summary>User-defined timestamps.</summary>
    Timestamps = 1 << 5,

    /// <summary>Transactions, prepared where the kind of database can.</summary>
    Transactions = 1 << 6,

    /// <summary>Closing and opening on the way.</summary>
    Reopens = 1 << 7,

    /// <summary>Writes that pass the WAL by.</summary>
    OutsideWal = 1 << 8,

    /// <summary>Values of a hundred bytes and more in each batch.</summary>
    LargeValues = 1 << 9,
}
