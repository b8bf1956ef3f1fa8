using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Metadata;

/// <summary>The fields of the metadata of a stream.</summary>
/// <param name="LastGeneratedId">The greatest id that was ever generated or set.</param>
/// <param name="RecordedFirstId">The id of the first entry; it is kept when the stream becomes empty.</param>
/// <param name="MaxDeletedId">The greatest id of a deleted entry.</param>
/// <param name="FirstId">The id of the first entry.</param>
/// <param name="LastId">The id of the last entry.</param>
/// <param name="EntriesAdded">The number of entries that were ever added.</param>
/// <param name="Groups">The number of consumer groups; 0 also if an old server did not write the field.</param>
public readonly record struct StreamMetadata(
    StreamEntryId LastGeneratedId,
    StreamEntryId RecordedFirstId,
    StreamEntryId MaxDeletedId,
    StreamEntryId FirstId,
    StreamEntryId LastId,
    ulong EntriesAdded,
    ulong Groups)
{
    /// <summary>
    /// Returns the metadata with counters that agree with each other and with the entries. Of a deleted id after the last generated one,
    /// none is left: XSETID with it would make a server refuse all further entries.
    /// </summary>
    /// <param name="last">The greatest id of an entry.</param>
    /// <param name="count">The number of entries.</param>
    internal StreamMetadata Accepted(StreamEntryId last, ulong count)
    {
        StreamEntryId lastGenerated = last > LastGeneratedId ? last : LastGeneratedId;
        return this with
        {
            LastGeneratedId = lastGenerated,
            MaxDeletedId = MaxDeletedId > lastGenerated ? default : MaxDeletedId,
            EntriesAdded = Math.Clamp(EntriesAdded, Math.Min(count, long.MaxValue), long.MaxValue),
        };
    }

    internal static bool TryRead(ReadOnlySpan<byte> body, out StreamMetadata stream)
    {
        var reader = new BigEndianReader(body);
        bool isWhole = StreamEntryId.TryRead(ref reader, out StreamEntryId lastGenerated)
            & StreamEntryId.TryRead(ref reader, out StreamEntryId recordedFirst)
            & StreamEntryId.TryRead(ref reader, out StreamEntryId maxDeleted)
            & StreamEntryId.TryRead(ref reader, out StreamEntryId first)
            & StreamEntryId.TryRead(ref reader, out StreamEntryId last)
            & reader.TryRead64(out ulong entriesAdded);
        _ = reader.TryRead64(out ulong groups);
        stream = new StreamMetadata(lastGenerated, recordedFirst, maxDeleted, first, last, entriesAdded, groups);
        return isWhole;
    }
}
