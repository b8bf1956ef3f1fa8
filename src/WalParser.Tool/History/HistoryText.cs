using System.Globalization;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Metadata;
using WalParser.Tool.Output;

namespace WalParser.Tool.History;

/// <summary>Writes a history for people: a line with place and time, a line with the change, and a line per element.</summary>
internal sealed class HistoryText(ByteWriter output) : IHistoryWriter
{
    private readonly TextParts _parts = new(output);
    private long _changes;

    public void Write(HistoryChange change)
    {
        if (change.Change is not { } key)
        {
            output.Write($"! {FindingText.Of(change.Finding!, change.Label)}\n");
            return;
        }

        _changes++;
        output.Write($"sequence {ReportText.Grouped(change.Sequence)}, {change.Label}, ");
        output.Write(string.Create(CultureInfo.InvariantCulture, $"offset {change.Offset}, {TimeOf(change)}\n"));
        KvrocksMetadata before = HistoryMetadata.Read(key.MetadataBefore);
        KvrocksMetadata after = HistoryMetadata.Read(key.MetadataAfter);
        KvrocksMetadata version = key.MetadataAfter is null ? before : after;
        string command = change.LogData is { } logData && KvrocksLogData.Read(logData.Span).CommandName is { } known
            ? $" by {known}"
            : "";
        output.Write($"  {string.Join(", ", change.Events.Select(ReportText.Words))}{command}: {version.Type.Name}");
        if (version.HasVersion)
        {
            WriteSize(key, before, after);
            output.Write($", version of {Timestamp.OfMicroseconds(version.Version.CreatedAt)}");
        }

        output.Write("\n"u8);
        WriteExpiry(before.ExpiryMilliseconds, after.ExpiryMilliseconds, isGone: key.MetadataAfter is null);
        WriteValue(key, before, after);
        WriteStream(before, after);
        foreach (RangeDeletion range in change.Ranges)
        {
            output.Write("  by a range: "u8);
            DeletedRange deleted = DeletedRange.Read(range.Family, range.Begin.Span, range.End.Span, change.HasSlot);
            RangeParts.WriteWords(output, deleted, range.Begin.Span, range.End.Span);
            output.Write("\n"u8);
        }

        foreach (SubkeyChange subkey in key.Written)
        {
            WriteElement(subkey, version.Type, HistoryMetadata.HasFieldExpiration(before), HistoryMetadata.HasFieldExpiration(after));
        }

        if (key.HasReturned)
        {
            output.Write("  + ");
            output.Write(ReportText.Count(key.ReturnedCount, "element", "elements"));
            output.Write(" from an earlier life of this version under the key: RENAME or COPY brought it back\n");
        }
    }

    public void End() => output.Write(ReportText.Count(_changes, "change", "changes") + "\n");

    private static string TimeOf(HistoryChange change)
    {
        string? from = change.NotBefore is { } earliest ? Timestamp.OfMicroseconds(earliest.CreatedAt) : null;
        string? to = change.NotAfter is { } latest ? Timestamp.OfMicroseconds(latest.CreatedAt) : null;
        return (from, to) switch
        {
            (not null, not null) => $"between {from} and {to}",
            (not null, null) => $"after {from}",
            (null, not null) => $"before {to}",
            _ => "time unknown",
        };
    }

    private void WriteSize(KeyChange key, in KvrocksMetadata before, in KvrocksMetadata after)
    {
        bool isSameVersion = key.MetadataBefore is null || key.MetadataAfter is null || before.Version == after.Version;
        if (key.MetadataAfter is null)
        {
            output.Write($" of size {ReportText.Grouped(before.Size)}");
        }
        else if (key.MetadataBefore is null || !isSameVersion || before.Size == after.Size)
        {
            output.Write($" of size {ReportText.Grouped(after.Size)}");
        }
        else
        {
            output.Write($" of size {ReportText.Grouped(before.Size)} -> {ReportText.Grouped(after.Size)}");
        }
    }

    private void WriteExpiry(ulong before, ulong after, bool isGone)
    {
        if (before != after && !isGone)
        {
            output.Write($"  expires {(before == 0 ? "" : TimeOf(before) + " -> ")}{TimeOf(after)}\n");
        }
    }

    private static string TimeOf(ulong milliseconds) =>
        milliseconds == 0 ? "never" : Timestamp.OfMilliseconds(milliseconds) ?? "after the year 9999";

    private void WriteValue(KeyChange key, in KvrocksMetadata before, in KvrocksMetadata after)
    {
        bool had = key.MetadataBefore is not null && before.Type.IsSingleValue;
        bool has = key.MetadataAfter is not null && after.Type.IsSingleValue;
        ReadOnlySpan<byte> valueBefore = had ? HistoryMetadata.ValueOf(before) : default;
        ReadOnlySpan<byte> valueAfter = has ? HistoryMetadata.ValueOf(after) : default;
        if ((!had && !has) || (had && has && valueBefore.SequenceEqual(valueAfter)))
        {
            return;
        }

        output.Write(!had ? "  + value="u8 : has ? "  ~ value="u8 : "  - value="u8);
        if (had)
        {
            ShownBytes.Write(output, valueBefore);
            output.Write(has ? " -> "u8 : default);
        }

        if (has)
        {
            ShownBytes.Write(output, valueAfter);
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes the changes that XSETID and similar commands make and that no element shows.</summary>
    private void WriteStream(in KvrocksMetadata before, in KvrocksMetadata after)
    {
        if (before.Version == after.Version
            && before.TryReadStream(out StreamMetadata old)
            && after.TryReadStream(out StreamMetadata stream))
        {
            if (old.LastGeneratedId != stream.LastGeneratedId)
            {
                output.Write($"  ~ last generated id {old.LastGeneratedId} -> {stream.LastGeneratedId}\n");
            }

            if (old.EntriesAdded != stream.EntriesAdded && old.EntriesAdded + 1 != stream.EntriesAdded)
            {
                output.Write($"  ~ entries added {ReportText.Grouped(old.EntriesAdded)} -> {ReportText.Grouped(stream.EntriesAdded)}\n");
            }
        }
    }

    private void WriteElement(SubkeyChange subkey, KvrocksType type, bool hadExpiration, bool hasExpiration)
    {
        output.Write(subkey.Before is null ? subkey.After is null ? "  ?"u8 : "  +"u8 : subkey.After is null ? "  -"u8 : "  ~"u8);
        ElementParts.WriteName(type, subkey.Subkey.Span, _parts);
        if (subkey.Before is { } before)
        {
            ElementParts.WriteValue(type, hadExpiration, subkey.Subkey.Span, before.Span, _parts);
            output.Write(subkey.After is null ? default : " ->"u8);
        }

        if (subkey.After is { } after)
        {
            ElementParts.WriteValue(type, hasExpiration, subkey.Subkey.Span, after.Span, _parts);
        }

        output.Write(subkey.Before is null && subkey.After is null ? " deleted, not seen before\n"u8 : "\n"u8);
    }
}
