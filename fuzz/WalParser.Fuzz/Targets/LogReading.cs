using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Fuzz.Targets;

/// <summary>All that a reader said of a log, kept.</summary>
internal sealed class LogReading
{
    /// <summary>A record, with its bytes.</summary>
    public readonly record struct Record(long Offset, long EndOffset, int Fragments, byte[] Payload);

    /// <summary>An entry, and how far the reader had looked when it came.</summary>
    public readonly record struct Entry(WalEntryKind Kind, long Position, Record Record, Finding Corruption, OldRecord OldRecord);

    public List<Entry> Entries { get; } = [];

    public WalEnd End { get; private set; }

    public string State { get; private set; } = "";

    /// <summary>Reads a log to its end. The reader is disposed.</summary>
    /// <param name="reader">The log.</param>
    /// <param name="release">If a read may have to wait: what ends the wait. Then what is at hand is also read without one.</param>
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
            reading.State = $"{reader.LogNumber} {reader.IsRecycled} {reader.Predecessor} {reader.FragmentCount} {string.Join(',', reader.TimestampSizes.ByColumnFamily)}";
        }

        return reading;
    }

    /// <summary>Whether another reading said the same.</summary>
    public bool IsSameAs(LogReading other, out string difference)
    {
        for (int i = 0; i < Math.Max(Entries.Count, other.Entries.Count); i++)
        {
            if (i >= Entries.Count || i >= other.Entries.Count || !AreSame(Entries[i], other.Entries[i]))
            {
                difference = $"entry {i}: {(i < Entries.Count ? Show(Entries[i]) : "none")}, and {(i < other.Entries.Count ? Show(other.Entries[i]) : "none")}";
                return false;
            }
        }

        difference = $"end: {End}, {State}, and {other.End}, {other.State}";
        return End == other.End && State == other.State;
    }

    /// <summary>The same, but for how many bytes were dropped by damage of a kind.</summary>
    public LogReading WithoutBytesOf(FindingKind kind)
    {
        var reading = new LogReading { End = End, State = State };
        reading.Entries.AddRange(Entries.Select(entry =>
            entry.Kind == WalEntryKind.Corruption && entry.Corruption.Kind == kind ? entry with { Corruption = entry.Corruption with { Bytes = 0 } } : entry));
        return reading;
    }

    /// <summary>Only so many entries, and another end: what a reader would say that stops too early.</summary>
    public LogReading Cut(int entries, WalEnd end)
    {
        var reading = new LogReading { End = end, State = State };
        reading.Entries.AddRange(Entries.Take(entries));
        return reading;
    }

    public static string Show(Entry entry) => entry.Kind switch
    {
        WalEntryKind.Record => $"record {entry.Record.Offset} to {entry.Record.EndOffset}, {entry.Record.Fragments} fragments, {entry.Record.Payload.Length} bytes",
        WalEntryKind.Corruption => entry.Corruption.ToString(),
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
        left.Kind == right.Kind && left.Corruption == right.Corruption && left.OldRecord == right.OldRecord
        && left.Record.Offset == right.Record.Offset && left.Record.EndOffset == right.Record.EndOffset && left.Record.Fragments == right.Record.Fragments
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
            kind == WalEntryKind.Corruption ? reader.Corruption : null!,
            kind == WalEntryKind.OldRecord ? reader.OldRecord : default));
    }
}
