using System.Globalization;
using System.Text.Json;

namespace WalParser.Testing.Generation;

/// <summary>A generated log, with its flaws and the records that are readable.</summary>
/// <param name="Kind">The kind of the flaws.</param>
/// <param name="Seed">The seed. Kind and seed determine the log.</param>
/// <param name="LogNumber">The log number, which the name contains, and which the fragments carry if the log is recyclable.</param>
/// <param name="IsRecyclable">Whether the fragments carry the log number.</param>
/// <param name="Bytes">The content of the file.</param>
/// <param name="Flaws">The flaws that a reader can detect.</param>
/// <param name="Records">
/// The records that a reader returns if it continues after damage, as RocksDB does in the mode kSkipAnyCorruptedRecords.
/// </param>
public sealed record HostileLog(
    HostileKind Kind,
    int Seed,
    uint LogNumber,
    bool IsRecyclable,
    byte[] Bytes,
    IReadOnlyList<HostileFlaw> Flaws,
    IReadOnlyList<HostileRecord> Records)
{
    /// <summary>The number of consecutive seeds whose logs have different log numbers.</summary>
    public const int MaxSeeds = 1_000_000;

    /// <summary>The name of the file, from which RocksDB reads the log number.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{LogNumber:D6}.log");

    /// <summary>Returns the log number of a kind and a seed. Each kind has a million numbers.</summary>
    public static uint NumberOf(HostileKind kind, int seed) => (((uint)kind + 1) * MaxSeeds) + ((uint)seed % MaxSeeds);

    /// <summary>Returns a JSON object, without line breaks, with all facts about the log except its content.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("file", Name);
            json.WriteString("kind", HostileKindName.Of(Kind));
            json.WriteNumber("seed", Seed);
            json.WriteNumber("logNumber", LogNumber);
            json.WriteBoolean("recyclable", IsRecyclable);
            json.WriteNumber("size", Bytes.Length);
            json.WriteStartArray("wrong");
            foreach (HostileFlaw flaw in Flaws)
            {
                json.WriteStartObject();
                json.WriteString("what", flaw.What);
                json.WriteNumber("offset", flaw.Offset);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("records");
            foreach (HostileRecord record in Records)
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
