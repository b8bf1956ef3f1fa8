using System.Globalization;
using System.Text.Json;

namespace WalParser.Fuzz.Generation;

/// <summary>A generated log, and the truth about it.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Seed">The seed that makes it again, with the kind.</param>
/// <param name="LogNumber">The log's number, which its name has, and which its fragments carry if it is recyclable.</param>
/// <param name="IsRecyclable">Whether they do.</param>
/// <param name="Bytes">The log.</param>
/// <param name="Flaws">What is wrong, and where a reader can see it.</param>
/// <param name="Records">The records that can still be read, by a reader that goes on behind damage.</param>
internal sealed record HostileLog(
    HostileKind Kind,
    int Seed,
    uint LogNumber,
    bool IsRecyclable,
    byte[] Bytes,
    IReadOnlyList<HostileLog.Flaw> Flaws,
    IReadOnlyList<HostileLog.Record> Records)
{
    /// <summary>So many seeds from one on give logs of different numbers.</summary>
    public const int MaxSeeds = 1_000_000;

    /// <summary>Something wrong.</summary>
    /// <param name="What">What.</param>
    /// <param name="Offset">Where, in bytes.</param>
    public readonly record struct Flaw(string What, long Offset);

    /// <summary>A record.</summary>
    /// <param name="Offset">Where its first fragment begins.</param>
    /// <param name="EndOffset">Where its last fragment ends.</param>
    /// <param name="Sequence">The sequence number of the batch in it.</param>
    /// <param name="Count">How many operations the batch has.</param>
    public readonly record struct Record(long Offset, long EndOffset, ulong Sequence, int Count);

    /// <summary>The file's name: RocksDB takes the log's number from it.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{LogNumber:D6}.log");

    /// <summary>The number of a log: each kind has a million of its own.</summary>
    public static uint NumberOf(HostileKind kind, int seed) => (((uint)kind + 1) * MaxSeeds) + ((uint)seed % MaxSeeds);

    /// <summary>A line of the manifest.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("file", Name);
            json.WriteString("kind", KindName.Of(Kind));
            json.WriteNumber("seed", Seed);
            json.WriteNumber("logNumber", LogNumber);
            json.WriteBoolean("recyclable", IsRecyclable);
            json.WriteNumber("size", Bytes.Length);
            json.WriteStartArray("wrong");
            foreach (Flaw flaw in Flaws)
            {
                json.WriteStartObject();
                json.WriteString("what", flaw.What);
                json.WriteNumber("offset", flaw.Offset);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("records");
            foreach (Record record in Records)
            {
                json.WriteStartObject();
                json.WriteNumber("offset", record.Offset);
                json.WriteNumber("endOffset", record.EndOffset);
                json.WriteNumber("sequence", record.Sequence);
                json.WriteNumber("count", record.Count);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
