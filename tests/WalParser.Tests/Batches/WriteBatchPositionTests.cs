using WalParser.Batches;
using WalParser.Framing;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;

namespace WalParser.Tests.Batches;

/// <summary>An enumeration that goes on from the position after each operation reports the same as one without interruption.</summary>
public class WriteBatchPositionTests
{
    public static IEnumerable<object[]> Logs => OperationsTests.Logs.Cast<object[]>();

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task An_enumeration_continues_at_a_bookmark(string operations, string file)
    {
        string folder = Path.GetDirectoryName(TestFiles.PathOf(operations))!;
        string path = new[] { Path.Combine(folder, file), Path.Combine(folder, "db", file) }.First(File.Exists);
        await using WalReader reader = WalReader.Open(path);
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalEntryKind.Record)
            {
                Compare(reader.Record.Payload, reader.Record.TimestampSizes);

                // Both enumerations of a truncated batch end in damage.
                Compare(reader.Record.Payload[..^1], reader.Record.TimestampSizes);
            }
        }
    }

    private static void Compare(ReadOnlySpan<byte> payload, TimestampSizes timestampSizes)
    {
        var batch = new WriteBatch(payload, timestampSizes);
        List<string> whole = [];
        foreach (WriteBatchOperation operation in batch)
        {
            whole.Add($"{operation.Sequence} {OperationLine.Of(operation)}");
        }

        List<string> parts = [];
        var interrupted = new WriteBatch(payload, timestampSizes) { Numbering = batch.Numbering };
        WriteBatchPosition position = interrupted.GetEnumerator().Position;
        WriteBatch.Enumerator operations = interrupted.GetEnumerator(position);
        while (operations.MoveNext())
        {
            parts.Add($"{operations.Current.Sequence} {OperationLine.Of(operations.Current)}");
            position = operations.Position;
            operations = interrupted.GetEnumerator(position);
        }

        Assert.Equal(whole, parts);
        Assert.Equal(batch.Finding?.Reason, interrupted.Finding?.Reason);
        Assert.Equal(batch.NextSequence, interrupted.NextSequence);
    }
}
