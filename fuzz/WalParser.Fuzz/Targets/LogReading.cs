using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Fuzz.Targets;

/// <summary>All entries of a log as a reader returned them, with copies of the records.</summary>
internal sealed class LogReading
{
    /// <summary>A record and its bytes.</summary>
    public readonly record struct Record(long Offset, long EndOffset, int Fragments, byte[] Payload);

    /// <summary>An entry, and the position of the reader when it was returned.</summary>
    public readonly record struct Entry(WalEntryKind Kind, long Position, Record Record, Finding? Finding, OldRecord OldRecord);

    public List<Entry> Entries { get; } = [];

    public WalEnd End { get; private set; }

    public string State { get; private set; } = "";

    /// <summary>Reads a log to its end and disposes the reader.</summary>
    /// <param name="reader">The log.</param>
    /// <param name="release">If a read may have to wait: ends the wait. Data that is available is then also read with <c>TryRead</c>.
    /// </param>
    public static LogReading Of(WalReader reader, Action? release = null)
    {
        var reading = new LogReading();
        using (reader)
        {
            while (Read(reader, release))
            {
                reading.Add(reader);
            }

            reading.End = reader.End ?? throw new OracleException("no end", "a read returned false, and End is null");
            string timestampSizes = string.Join(',', reader.TimestampSizes.ByColumnFamily);
            reading.State = $"{reader.LogNumber} {reader.IsRecycled} {reader.Predecessor} {reader.FragmentCount} {timestampSizes}";
        }

        return reading;
    }

    /// <summary>Returns true if another reading has the same entries, end and state.</summary>
    public bool IsSameAs(LogReading other, out string difference)
    {
        for (int i = 0; i < Math.Max(Entries.Count, other.Entries.Count); i++)
        {
            if (i >= Entries.Count || i >= other.Entries.Count || !AreSame(Entries[i], other.Entries[i]))
            {
                string left = i < Entries.Count ? Show(Entries[i]) : "none";
                string right = i < other.Entries.Count ? Show(other.Entries[i]) : "none";
                difference = $"entry {i}: {left}, and {right}";
                return false;
            }
        }

        difference = $"end: {End}, {State}, and {other.End}, {other.State}";
        return End == other.End && State == other.State;
    }

    /// <summary>Returns a copy without the number of bytes that damage of the given kind dropped.</summary>
    public LogReading WithoutBytesOf(FindingKind kind)
    {
        var reading = new LogReading { End = End, State = State };
        reading.Entries.AddRange(Entries.Select(entry =>
            entry.Kind == WalEntryKind.Finding && entry.Finding!.Kind == kind
                ? entry with { Finding = entry.Finding with { Bytes = 0 } }
                : entry));
        return reading;
    }

    /// <summary>Returns a copy with the given number of entries and another end: the result of a reader that stops too early.</summary>
    public LogReading Cut(int entries, WalEnd end)
    {
        var reading = new LogReading { End = end, State = State };
        reading.Entries.AddRange(Entries.Take(entries));
        return reading;
    }

    public static string Show(Entry entry) => entry.Kind switch
    {
        WalEntryKind.Record => $"record {entry.Record.Offset} to {entry.Record.EndOffset}, {entry.Record.Fragments} fragments, "
            + $"{entry.Record.Payload.Length} bytes",
        WalEntryKind.Finding => entry.Finding!.ToString(),
        _ => entry.OldRecord.ToString(),
    };

    private static bool Read(WalReader reader, Action? release)
    {
        if (release is not null && reader.TryRead())
        {
            return true;
        }

        ValueTask<bool> read = reader.ReadAsync();
        while (release is not null && !read.IsCompleted)
        {
            release();
        }

        return read.IsCompleted ? read.Result : read.AsTask().GetAwaiter().GetResult();
    }

    private static bool AreSame(Entry left, Entry right) =>
        left.Kind == right.Kind && left.Finding == right.Finding && left.OldRecord == right.OldRecord
        && left.Record.Offset == right.Record.Offset && left.Record.EndOffset == right.Record.EndOffset
        && left.Record.Fragments == right.Record.Fragments
        && left.Record.Payload.AsSpan().SequenceEqual(right.Record.Payload);

    private void Add(WalReader reader)
    {
        WalEntryKind kind = reader.Kind;
        Record record = default;
        if (kind == WalEntryKind.Record)
        {
            WalRecord read = reader.Record;
            record = new Record(read.Offset, read.EndOffset, read.FragmentCount, read.Payload.ToArray());
        }

        Entries.Add(new Entry(
            kind,
            reader.Position,
            record,
            kind == WalEntryKind.Finding ? reader.Finding : null,
            kind == WalEntryKind.OldRecord ? reader.OldRecord : default));
    }
}
