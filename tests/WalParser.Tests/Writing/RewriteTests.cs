using System.Buffers.Binary;
using System.Text.Json;
using WalParser.Batches;
using WalParser.Compression;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Writing;

namespace WalParser.Tests.Writing;

/// <summary>The logs of real servers, written again from their records.</summary>
public class RewriteTests
{
    /// <summary>All logs except the hostile ones, which no writer writes.</summary>
    public static TheoryData<string> Logs =>
        [.. TestFiles.Named("*.log").Where(log => !log.StartsWith("hostile/", StringComparison.Ordinal))];

    /// <summary>Additional logs with features that their records alone do not determine.</summary>
    private static readonly Dictionary<string, (Func<LogBuilder, LogBuilder> Write, int Records, string Ending)> Made = new()
    {
        ["two families in a hash table's order"] = (
            log => log.Fragment(Sizes, Pairs(9, 2)).Record(Batch(1)).Fragment(Sizes, Pairs(7, 3)).Record(Batch(2)), 2, ""),
        ["two declarations in a row"] = (log => log.Fragment(Sizes, Pairs(2)).Fragment(Sizes, Pairs(1)).Record(Batch(1)), 1, ""),
        ["a declaration at the end"] = (log => log.Record(Batch(1)).Fragment(Sizes, Pairs(1)), 1, ""),
        ["preallocated zeros"] = (log => log.Record(Batch(1)).Raw(new byte[100_000]), 1, "zeros"),
        ["a hole of zeros"] = (log => log.Record(Batch(1)).Raw(new byte[32768 - Size(Batch(1))]).Record(Batch(2)), 1, "zeros"),
        ["zeros before a declaration"] = (
            log => log.Record(new byte[32768 - 7 - 15]).Raw(new byte[15]).Fragment(Sizes, Pairs(9, 2)).Record(Batch(2)), 2, ""),
        ["a few zeros"] = (log => log.Record(Batch(1)).Raw(new byte[3]), 1, "zeros"),
        ["a record of a type to be ignored"] = (log => log.Record(Batch(1)).Fragment((FragmentType)200, [1, 2, 3]).Record(Batch(2)), 2, ""),
        ["no compression, said so"] = (log => log.Fragment(FragmentType.SetCompressionType, new byte[4]).Record(Batch(1)), 1, ""),
        ["a torn record"] = (log => log.Record(Batch(1)).Fragment(FragmentType.First, [1, 2, 3]), 1, "a record that does not end"),
        ["a torn fragment"] = (log => log.Record(Batch(1)).Raw([1, 2, 3, 4, 90, 0, 1, 7, 7]), 1, "a torn fragment"),
        ["a torn header"] = (log => log.Record(Batch(1)).Raw([1, 2]), 1, "a torn header"),
        ["damage"] = (log => log.Record(Batch(1)).Raw([1, 2, 3, 4, 2, 0, 1, 7, 7]).Record(Batch(2)), 1, "damage"),
        ["nothing"] = (log => log, 0, ""),
    };

    private const FragmentType Sizes = FragmentType.UserDefinedTimestampSize;

    public static TheoryData<string> MadeLogs => [.. Made.Keys];

    [Theory]
    [MemberData(nameof(Logs))]
    public async Task A_log_is_rewritten_to_the_same_bytes(string name)
    {
        string path = TestFiles.PathOf(name);
        byte[] original = await File.ReadAllBytesAsync(path);
        LogLayout layout = LogLayout.Of(original, WalFileName.TryGetLogNumber(path, out ulong number) ? number : null);
        await using WalReader reader = WalReader.Open(path);
        int records = await AssertRewrittenAsync(original, layout, reader);
        if (RecordedCount(path) is { } recorded)
        {
            // RocksDB may have continued after damage.
            Assert.True(
                layout.Ending == "damage" ? records <= recorded : records == recorded,
                $"{records} of {recorded} records, {layout}.");
        }
    }

    [Theory]
    [MemberData(nameof(MadeLogs))]
    public async Task A_generated_log_is_rewritten_to_the_same_bytes(string name)
    {
        (Func<LogBuilder, LogBuilder> write, int records, string ending) = Made[name];
        var stream = new MemoryStream();
        write(new LogBuilder(stream));
        LogLayout layout = LogLayout.Of(stream.ToArray(), null);
        Assert.Equal(ending, layout.Ending);
        await using WalReader reader = WalReader.Create(new MemoryStream(stream.ToArray()));
        Assert.Equal(records, await AssertRewrittenAsync(stream.ToArray(), layout, reader));
    }

    /// <summary>The information in a log about its predecessor equals that of the predecessor's writer.</summary>
    [Theory]
    [InlineData("rocksdb/predecessor", 3)]
    [InlineData("rocksdb/predecessor-recycled", 1)]
    public async Task The_next_log_describes_its_predecessor_as_the_writer_does(string scenario, int known)
    {
        Dictionary<ulong, PredecessorWalInfo> written = [];
        int found = 0;
        string[] paths = Directory.GetFiles(TestFiles.Committed(scenario), "*.log", SearchOption.AllDirectories);
        foreach (string path in paths.OrderBy(Path.GetFileName))
        {
            await using WalReader reader = WalReader.Open(path);
            LogLayout layout = LogLayout.Of(await File.ReadAllBytesAsync(path), reader.LogNumber);
            written.Add(reader.LogNumber!.Value, (await RewriteAsync(reader, layout)).Predecessor);
            if (reader.Predecessor is { } predecessor && written.TryGetValue(predecessor.LogNumber, out PredecessorWalInfo ours))
            {
                Assert.Equal(predecessor, ours);
                found++;
            }
        }

        Assert.Equal(known, found);
    }

    /// <summary>Each batch of the fixtures, built again from its operations.</summary>
    [Theory]
    [MemberData(nameof(Logs))]
    public async Task Batches_are_rebuilt_to_the_same_bytes(string name)
    {
        var builder = new WriteBatchBuilder();
        string path = TestFiles.PathOf(name);
        await using WalReader reader = WalReader.Open(path);
        int count = 0;
        while (await reader.ReadAsync())
        {
            if (reader.Kind != WalEntryKind.Record)
            {
                continue;
            }

            count++;
            var batch = new WriteBatch(reader.Record);
            builder.Clear(batch.Sequence);
            foreach (WriteBatchOperation operation in batch)
            {
                builder.Add(operation);
            }

            Assert.Null(batch.Finding);
            Assert.Equal(reader.Record.Payload, builder.Build().Span);
        }

        LogLayout layout = LogLayout.Of(await File.ReadAllBytesAsync(path), reader.LogNumber);
        Assert.True(count >= layout.RecordCount, $"{count} of {layout.RecordCount} records.");
    }

    /// <summary>
    /// Rewrites a log from its records, up to the bytes that no writer of records wrote, and returns the number of records.
    /// </summary>
    private static async Task<int> AssertRewrittenAsync(byte[] original, LogLayout layout, WalReader reader)
    {
        (byte[] written, List<byte[]> records, _) = await RewriteAsync(reader, layout);
        Assert.Equal(layout.RecordCount, records.Count);
        if (reader.CompressionType == CompressionType.Zstd)
        {
            // Other versions of Zstandard may make other frames. Therefore the records that are read back are compared; see
            // RecordedFramesTests.
            Assert.Equal(records, await WrittenLog.RecordsOfAsync(written, reader.LogNumber));
            Assert.Equal(original[..11], written[..11]);
            return records.Count;
        }

        // Compares the place of the first difference, and shows how far the layout allows the comparison.
        Assert.Equal(
            (layout.End, layout.End, layout.ToString()),
            (written.Length, original.AsSpan(0, layout.End).CommonPrefixLength(written), layout.ToString()));
        Assert.True(layout.IsTorn || layout.End == original.Length, "Something was not compared.");
        return records.Count;
    }

    /// <summary>
    /// Reads a log, and writes it again from the results of the reader. Information that no record shows is taken from the layout: where
    /// one declaration of timestamp sizes ends and the next begins, records to be ignored, and a compression type of none.
    /// </summary>
    private static async Task<(byte[] Written, List<byte[]> Records, PredecessorWalInfo Predecessor)> RewriteAsync(
        WalReader reader, LogLayout layout)
    {
        var output = new MemoryStream();
        List<byte[]> records = [];
        bool isOpen = await ReadAsync();
        var options = new LogWriterOptions
        {
            LogNumber = reader.LogNumber ?? 0,
            IsRecyclable = layout.Fragments.Exists(fragment => (byte)fragment.Type is (>= 5 and <= 8) or 11 or 131),
            CompressionType = reader.CompressionType,
            Predecessor = reader.Predecessor,
        };
        PredecessorWalInfo predecessor;
        await using (LogWriter log = LogWriter.Create(output, options, leaveOpen: true))
        {
            Queue<LogLayout.Fragment> controls = new(layout.Controls.Where(fragment => fragment.Offset >= log.Position));
            int declared = 0;
            while (isOpen && reader.Kind == WalEntryKind.Record && reader.Record.EndOffset <= layout.End)
            {
                declared = WriteControls(log, controls, reader.Record.Offset, reader.TimestampSizes, declared);
                records.Add(reader.Record.Payload.ToArray());

                // Alternates between synchronous and asynchronous writes.
                if (records.Count % 2 == 0)
                {
                    log.Write(records[^1]);
                }
                else
                {
                    await log.WriteAsync(records[^1]);
                }

                isOpen = await ReadAsync();
            }

            WriteControls(log, controls, layout.End, reader.TimestampSizes, declared);
            Assert.Equal(records.Count, log.RecordCount);
            predecessor = log.ToPredecessor();
        }

        return (output.ToArray(), records, predecessor);

        // The layout has the records that are to be ignored.
        async Task<bool> ReadAsync()
        {
            bool isOpen;
            do
            {
                isOpen = await reader.ReadAsync();
            }
            while (isOpen && reader.Kind == WalEntryKind.Finding && reader.Finding.Kind == FindingKind.IgnoredRecordType);
            return isOpen;
        }
    }

    /// <summary>Writes the control records before an offset, and returns the number of families that have been declared.</summary>
    private static int WriteControls(LogWriter log, Queue<LogLayout.Fragment> controls, long offset, TimestampSizes sizes, int declared)
    {
        for (; controls.TryPeek(out LogLayout.Fragment control) && control.Offset < offset; controls.Dequeue())
        {
            if (control.Type is Sizes or FragmentType.RecyclableUserDefinedTimestampSize)
            {
                declared += control.Payload.Length / 6;
                log.WriteTimestampSizes([.. sizes.InDeclaredOrder.Take(declared)]);
                continue;
            }

            if (log.Position < control.Offset)
            {
                log.Fragments.FillBlock();
            }

            log.Fragments.Write(control.Type, control.Payload);
        }

        return declared;
    }

    /// <summary>Returns the number of records that RocksDB read from a log, if its scenario has that information.</summary>
    private static int? RecordedCount(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        while (!File.Exists(Path.Combine(folder, "operations.jsonl")))
        {
            if (folder == TestFiles.Root || folder == TestFiles.Committed("").TrimEnd(Path.DirectorySeparatorChar)
                || Path.GetDirectoryName(folder) is not { } above)
            {
                return null;
            }

            folder = above;
        }

        bool isHere = false;
        foreach (string line in File.ReadLines(Path.Combine(folder, "operations.jsonl")))
        {
            if (line.StartsWith("{\"file\"", StringComparison.Ordinal))
            {
                string file = JsonDocument.Parse(line).RootElement.GetProperty("file").GetString()!;
                isHere = path.Replace('\\', '/').EndsWith('/' + file, StringComparison.Ordinal);
            }
            else if (isHere && line.StartsWith("{\"end\"", StringComparison.Ordinal))
            {
                return JsonDocument.Parse(line).RootElement.GetProperty("end").GetProperty("records").GetInt32();
            }
        }

        return null;
    }

    private static int Size(byte[] record) => 7 + record.Length;

    private static byte[] Batch(ulong sequence) => TempDatabase.Puts(sequence, 2);

    private static byte[] Pairs(params uint[] families)
    {
        byte[] payload = new byte[families.Length * 6];
        for (int i = 0; i < families.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(6 * i), families[i]);
            payload[(6 * i) + 4] = 8;
        }

        return payload;
    }
}
