namespace WalParser.Kvrocks.Decoding;

/// <summary>The kinds of records that operations change.</summary>
public enum DecodedOperationKind
{
    /// <summary>
    /// The operation cannot be read as a record of its column family; <see cref="DecodedOperation.Reason"/> has the reason.
    /// </summary>
    Undecodable,

    /// <summary>
    /// No record of Kvrocks: a mark of a transaction, a column family that Kvrocks does not have, or the deletion of the empty key with
    /// which Kvrocks begins a time series.
    /// </summary>
    Other,

    /// <summary>Log data.</summary>
    LogData,

    /// <summary>A range of stored keys.</summary>
    Range,

    /// <summary>The metadata of a key; for a string or JSON key, the value too.</summary>
    Metadata,

    /// <summary>An element of a key whose type is not known.</summary>
    Element,

    /// <summary>A field of a hash.</summary>
    HashField,

    /// <summary>An element of a list.</summary>
    ListElement,

    /// <summary>A member of a set.</summary>
    SetMember,

    /// <summary>A member of a sorted set, with its score.</summary>
    ZSetMember,

    /// <summary>A member of a sorted set in the index by scores.</summary>
    ZSetScore,

    /// <summary>A fragment of a bitmap.</summary>
    BitmapFragment,

    /// <summary>An id in a sortedint.</summary>
    SortedIntId,

    /// <summary>An entry of a stream.</summary>
    StreamEntry,

    /// <summary>A consumer group of a stream.</summary>
    StreamGroup,

    /// <summary>A consumer of a group.</summary>
    StreamConsumer,

    /// <summary>An entry of a stream that was delivered and not acknowledged.</summary>
    StreamPendingEntry,

    /// <summary>A Bloom filter of a chain.</summary>
    BloomFilter,

    /// <summary>A segment of a HyperLogLog.</summary>
    HyperLogLogSegment,

    /// <summary>The buffer of a t-digest.</summary>
    TDigestBuffer,

    /// <summary>A centroid of a t-digest.</summary>
    TDigestCentroid,

    /// <summary>A chunk of a time series.</summary>
    TimeSeriesChunk,

    /// <summary>A label of a time series.</summary>
    TimeSeriesLabel,

    /// <summary>A rule by which a time series is downsampled into another one.</summary>
    TimeSeriesDownstream,

    /// <summary>A page of a cuckoo filter.</summary>
    CuckooPage,

    /// <summary>A published message.</summary>
    Message,

    /// <summary>A script or setting on its way to replicas.</summary>
    Propagated,

    /// <summary>A record of a search index.</summary>
    SearchRecord,

    /// <summary>A record of the label index of time series.</summary>
    IndexRecord,
}
