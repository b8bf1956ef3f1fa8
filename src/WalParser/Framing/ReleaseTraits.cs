namespace WalParser.Framing;

/// <summary>The differences between releases of RocksDB in how a log is read (<c>db/log_format.h</c>, <c>db/log_reader.cc</c>).</summary>
internal sealed class ReleaseTraits
{
    /// <summary>The traits of the newest release.</summary>
    public static readonly ReleaseTraits Newest = Of(RocksDbRelease.V11);

    /// <summary>
    /// The largest type that the release knows (<c>kMaxRecordType</c>). The numbers after it are the codes with which
    /// <c>ReadPhysicalRecord</c> reports its results through the same byte.
    /// </summary>
    public required FragmentType LastType { get; init; }

    /// <summary>Whether unknown types with bit 7 are ignored (<c>kRecordTypeSafeIgnoreMask</c>, since 9.11).</summary>
    public required bool IgnoresUnknownTypes { get; init; }

    /// <summary>
    /// Whether a recyclable record after the first record of a log that is not recycled is read again without end (since 9.4). Before, only
    /// a recyclable fragment at the beginning of the file made the log recycled, and others were read.
    /// </summary>
    public required bool ExpectsRecyclableFromStart { get; init; }

    /// <summary>
    /// Whether the log number of a fragment is compared before its length is checked, and a fragment with another number is not consumed
    /// (until 7.10).
    /// </summary>
    public required bool KeepsOldRecords { get; init; }

    /// <summary>Returns the result that RocksDB takes a fragment of a type for; null if the type is none of its codes.</summary>
    public FragmentReader.Outcome? OutcomeOf(FragmentType type) => ((byte)type - (byte)LastType) switch
    {
        1 => FragmentReader.Outcome.EndOfFile,
        2 => FragmentReader.Outcome.Zeros,
        3 => FragmentReader.Outcome.TruncatedHeader,
        4 => FragmentReader.Outcome.OldRecord,
        5 => FragmentReader.Outcome.BadLength,
        6 => FragmentReader.Outcome.BadChecksum,
        _ => null,
    };

    /// <summary>Returns the traits of a release.</summary>
    public static ReleaseTraits Of(RocksDbRelease release) => new()
    {
        LastType = release switch
        {
            RocksDbRelease.V7 => FragmentType.SetCompressionType,
            RocksDbRelease.V8 => FragmentType.RecyclableUserDefinedTimestampSize,
            _ => FragmentType.RecyclablePredecessorWalInfo,
        },
        IgnoresUnknownTypes = release >= RocksDbRelease.V9,
        ExpectsRecyclableFromStart = release >= RocksDbRelease.V9,
        KeepsOldRecords = release == RocksDbRelease.V7,
    };
}
