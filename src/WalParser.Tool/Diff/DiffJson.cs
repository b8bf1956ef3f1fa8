using System.Text.Json;
using WalParser.Tool.Dump;
using WalParser.Tool.Output;

namespace WalParser.Tool.Diff;

/// <summary>Writes the report of <c>diff</c> for programs: one JSON object per line.</summary>
internal sealed class DiffJson(ByteWriter output)
{
    private readonly JsonLines _lines = new(output);

    public void Write(DiffRun run, DiffSide left, DiffSide right)
    {
        foreach ((DiffSide side, ulong from, ulong to) in run.Missing)
        {
            WriteLine("missing", json =>
            {
                json.WriteString("path", side.Path);
                WriteRange(json, from, to);
            });
        }

        foreach ((ulong from, ulong to) in run.Uncompared)
        {
            WriteLine("notCompared", json => WriteRange(json, from, to));
        }

        foreach ((DiffSide side, ulong sequence, byte[] id) in run.ReplicationIds)
        {
            WriteReplicationId(side, sequence, id);
        }

        WriteLine("compared", json =>
        {
            json.WriteBoolean("same", run is { From: not null, Differs: false });
            json.WriteIfAny("from", run.From);
            json.WriteIfAny("to", run.To);
            json.WriteStartArray("sameRanges");
            foreach ((ulong from, ulong to) in run.Same.All)
            {
                json.WriteStartObject();
                WriteRange(json, from, to);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteIfAny("divergesAt", run.DivergesAt);
            json.WriteNumber("batches", run.Batches);
        });
        foreach (DiffSide side in (DiffSide[])[left, right])
        {
            WriteLine("side", json =>
            {
                json.WriteString("path", side.Path);
                json.WriteIfAny("firstSequence", side.First);

                // The batches after the difference were not read.
                json.WriteIfAny("lastSequence", run.Differs ? null : side.Last);
            });
            if (run.Differs)
            {
                run.Show(side, new JsonLinesDumpWriter(output, withValues: true, showsItems: true));
                if (DiffRun.ReplicationIdOf(side) is { } id)
                {
                    WriteReplicationId(side, side.Batches.Batch.Sequence, id);
                }
            }
        }
    }

    private static void WriteRange(Utf8JsonWriter json, ulong from, ulong to)
    {
        json.WriteNumber("from", from);
        json.WriteNumber("to", to);
    }

    private void WriteReplicationId(DiffSide side, ulong sequence, byte[] id) => WriteLine("replicationId", json =>
    {
        json.WriteString("path", side.Path);
        json.WriteNumber("sequence", sequence);
        json.WriteBytes("id", id);
    });

    private void WriteLine(string kind, Action<Utf8JsonWriter> writeRest) => _lines.Write(kind, (json, value) =>
    {
        json.WriteString("kind", value);
        writeRest(json);
    });
}
