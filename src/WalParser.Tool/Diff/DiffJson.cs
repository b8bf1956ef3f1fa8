using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using WalParser.Tool.Dump;
using WalParser.Tool.Output;

namespace WalParser.Tool.Diff;

/// <summary>What <c>diff</c> shows programs: a JSON object a line.</summary>
internal sealed class DiffJson(ByteWriter output)
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public void Write(DiffRun run, DiffSide left, DiffSide right)
    {
        foreach ((DiffSide side, ulong from, ulong to) in run.Missing)
        {
            WriteLine("missing", json =>
            {
                json.WriteString("path", side.Path);
                json.WriteNumber("from", from);
                json.WriteNumber("to", to);
            });
        }

        foreach ((DiffSide side, ulong sequence, byte[] id) in run.ReplicationIds)
        {
            WriteReplicationId(side, sequence, id);
        }

        WriteLine("compared", json =>
        {
            json.WriteBoolean("same", run is { From: not null, HasParted: false });
            json.WriteIfAny("from", run.From);
            json.WriteIfAny("to", run.To);
            json.WriteNumber("batches", run.Batches);
        });
        foreach (DiffSide side in (DiffSide[])[left, right])
        {
            WriteLine("side", json =>
            {
                json.WriteString("path", side.Path);
                json.WriteIfAny("firstSequence", side.First);

                // Where they part, what is behind was not read.
                json.WriteIfAny("lastSequence", run.HasParted ? null : side.Last);
            });
            if (run.HasParted)
            {
                run.Show(side, new JsonLinesDumpWriter(output, withValues: true, showsItems: true));
                if (DiffRun.ReplicationIdOf(side) is { } id)
                {
                    WriteReplicationId(side, side.Batches.Batch.Sequence, id);
                }
            }
        }
    }

    private void WriteReplicationId(DiffSide side, ulong sequence, byte[] id) => WriteLine("replicationId", json =>
    {
        json.WriteString("path", side.Path);
        json.WriteNumber("sequence", sequence);
        json.WriteBytes("id", id);
    });

    private void WriteLine(string kind, Action<Utf8JsonWriter> write)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            write(json);
            json.WriteEndObject();
        }

        output.Write(_buffer.WrittenSpan);
        output.Write("\n"u8);
    }
}
