namespace WalParser.Framing;

/// <summary>
/// The type byte of a fragment, which is a physical record of a log (RocksDB, <c>db/log_format.h</c>). A log may contain other values: a
/// reader ignores unknown types with bit 7 set, and reports all others as damage.
/// </summary>
public enum FragmentType : byte
{
    /// <summary>Preallocated space that was never written.</summary>
    Zero = 0,

    /// <summary>A whole record.</summary>
    Full = 1,

    /// <summary>The first fragment of a record.</summary>
    First = 2,

    /// <summary>A fragment between the first and the last.</summary>
    Middle = 3,

    /// <summary>The last fragment of a record.</summary>
    Last = 4,

    /// <summary><see cref="Full"/> with the log number in its header.</summary>
    RecyclableFull = 5,

    /// <summary><see cref="First"/> with the log number in its header.</summary>
    RecyclableFirst = 6,

    /// <summary><see cref="Middle"/> with the log number in its header.</summary>
    RecyclableMiddle = 7,

    /// <summary><see cref="Last"/> with the log number in its header.</summary>
    RecyclableLast = 8,

    /// <summary>Declares the compression of all later records.</summary>
    SetCompressionType = 9,

    /// <summary>Declares the size of the timestamps at the end of the keys of a column family.</summary>
    UserDefinedTimestampSize = 10,

    /// <summary><see cref="UserDefinedTimestampSize"/> with the log number in its header.</summary>
    RecyclableUserDefinedTimestampSize = 11,

    /// <summary>Contains the number, the size and the last sequence number of the log before this one.</summary>
    PredecessorWalInfo = 130,

    /// <summary><see cref="PredecessorWalInfo"/> with the log number in its header.</summary>
    RecyclablePredecessorWalInfo = 131,
}
