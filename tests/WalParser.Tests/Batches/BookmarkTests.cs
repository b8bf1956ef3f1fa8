using WalParser.Batches;
using WalParser.Framing;
using WalParser.TestSupport.Files;
using WalParser.Tests.Fixtures;

namespace WalParser.Tests.Batches;

/// <summary>An enumeration that is begun again behind each operation gives what an undisturbed one gives.</summary>
public class BookmarkTests
{
    public static IEnumerable<object[]> Logs => OperationsTests.Logs.Cast<object[]>();

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task An_enumeration_goes_on_where_it_was_left(string operations, string file)
    {
        string folder = Path.GetDirectoryName(TestFiles.PathOf(operations))!;
        string path = new[] { Path.Combine(folder, file), Path.Combine(folder, "db", file) }.First(File.Exists);
        await using WalReader reader = WalReader.Open(path);
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalEntryKind.Record)
            {
                Compare(reader.Record.Payload, reader.Record.TimestampSizes);

                // Cut short, it ends in damage both ways.
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
        WriteBatch.Bookmark bookmark = interrupted.GetEnumerator().Bookmark;
        WriteBatch.Enumerator operations = interrupted.GetEnumerator(bookmark);
        while (operations.MoveNext())
        {
            parts.Add($"{operations.Current.Sequence} {OperationLine.Of(operations.Current)}");
            bookmark = operations.Bookmark;
            operations = interrupted.GetEnumerator(bookmark);
        }

        Assert.Equal(whole, parts);
        Assert.Equal(batch.Corruption?.Reason, interrupted.Corruption?.Reason);
        Assert.Equal(batch.NextSequence, interrupted.NextSequence);
    }
}
