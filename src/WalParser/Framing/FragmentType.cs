namespace WalParser.Framing;

/// <summary>
/// The type byte of a fragment, a physical record of a log (RocksDB, <c>db/log_format.h</c>). Values beyond these may
/// stand in a log: one with bit 7 set is to be ignored by a reader that does not know it, any other is damage.
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

    /// <summary>Declares that all later records are compressed, and how.</summary>
    SetCompressionType = 9,

    /// <summary>Declares how long the timestamps at the end of a column family's keys are.</summary>
    UserDefinedTimestampSize = 10,

    /// <summary><see cref="UserDefinedTimestampSize"/> with the log number in its header.</summary>
    RecyclableUserDefinedTimestampSize = 11,

    /// <summary>Names the log before this one, its size and its last sequence number.</summary>
    PredecessorWalInfo = 130,

    /// <summary><see cref="PredecessorWalInfo"/> with the log number in its header.</summary>
    RecyclablePredecessorWalInfo = 131,
}
