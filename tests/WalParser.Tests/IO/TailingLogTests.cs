using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.IO;

/// <summary>A log is read while it is written, and bytes that are not yet written are not reported as damage.</summary>
public class TailingLogTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(60);

    public static TheoryData<string> SmallLogs =>
        [.. TestFiles.Named("*.log").Where(name => new FileInfo(TestFiles.PathOf(name)).Length < 200_000)];

    /// <summary>
    /// The log is written in pieces that tear headers and payloads everywhere. Each record is returned when its last byte is written.
    /// </summary>
    [Theory]
    [MemberData(nameof(SmallLogs))]
    public async Task A_log_is_read_while_it_is_appended_to(string name)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.PathOf(name));
        await CheckAsync(log, [], OptionsFor(name), Pieces(new Random(1), 2000));
    }

    [Theory]
    [InlineData("rocksdb/recycled/000016.log")]
    [InlineData("rocksdb/recycled-zstd/000016.log")]
    [InlineData("rocksdb/timestamps/000004.log")]
    [InlineData("rocksdb/predecessor-recycled/000012.log")]
    public async Task A_log_is_read_while_it_is_appended_to_byte_by_byte(string name)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed(name));
        await CheckAsync(log[..Math.Min(log.Length, 50_000)], [], OptionsFor(name), [1]);
    }

    /// <summary>The file contained an older log, whose bytes follow the bytes that are written so far.</summary>
    [Theory]
    [MemberData(nameof(SmallLogs))]
    public async Task A_log_in_a_recycled_file_is_read(string name)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.PathOf(name));
        if (IsNumbered(log))
        {
            await CheckAsync(log, OldLog(number: 1, length: log.Length + 100_000), OptionsFor(name), Pieces(new Random(2), 2000));
        }
    }

    /// <summary>The file is preallocated, with zeros where nothing is written yet.</summary>
    [Theory]
    [MemberData(nameof(SmallLogs))]
    public async Task A_log_in_preallocated_space_is_read(string name)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.PathOf(name));
        await CheckAsync(log, new byte[log.Length + 100_000], OptionsFor(name), Pieces(new Random(3), 2000));
    }

    /// <summary>After the log is closed, the result is that of reading the finished log, whatever it contains.</summary>
    [Fact]
    public void A_closed_log_is_read_like_a_finished_one() => Prop.ForAll(
        (from log in Logs.Any
         from seed in Gen.Choose(0, int.MaxValue)
         from mode in Gen.Elements(Enum.GetValues<WalRecoveryMode>())
         select (log, seed, mode)).ToArbitrary(),
        testCase =>
        {
            var options = new WalReaderOptions { LogNumber = testCase.log.Number, RecoveryMode = testCase.mode };
            using var file = new GrowingFile([]);
            using var growing = Tail(file.Path);
            using WalReader reader = WalReader.Create(growing, options with { FileName = "log" });
            List<string> found = [];
            var random = new Random(testCase.seed);
            foreach (ReadOnlyMemory<byte> piece in Split(testCase.log.Bytes, Pieces(random, 40_000)))
            {
                file.Append(piece.Span);
                if (reader.End is null)
                {
                    // A log can have ended before it is closed, if the writer continued after that point.
                    found.AddRange(Transcript.OfAvailable(reader));
                }
            }

            growing.Close();
            if (reader.End is null)
            {
                found.AddRange(Transcript.OfAvailable(reader));
            }

            Assert.Equal(Transcript.OfAsync(testCase.log.Bytes, options with { FileName = "log" }).GetAwaiter().GetResult(), found);
        }).Check(Config);

    [Fact]
    public void Damage_is_reported_when_the_writer_has_continued_after_it()
    {
        byte[] log = LongLog(null);
        log[1000] ^= 1;
        using var file = new GrowingFile([]);
        using var growing = Tail(file.Path);
        using WalReader reader = WalReader.Create(growing, new WalReaderOptions { LogNumber = 5 });

        file.Append(log.AsSpan(0, 32768));
        List<string> before = Transcript.OfAvailable(reader);
        Assert.DoesNotContain(before, line => line.Contains("checksum mismatch", StringComparison.Ordinal));
        Assert.Empty(Transcript.OfAvailable(reader));

        // The first read might have seen the block while it was being written. The second finds the same bytes.
        file.Append(log.AsSpan(32768));
        Assert.Empty(Transcript.OfAvailable(reader));
        Assert.Contains("checksum mismatch", Transcript.OfAvailable(reader)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_of_a_numbered_log_is_reported_when_the_next_block_has_its_number()
    {
        byte[] log = LongLog(5);
        log[1000] ^= 1;
        using var file = new GrowingFile(OldLog(number: 1, length: log.Length));
        using var growing = Tail(file.Path);
        using WalReader reader = WalReader.Create(growing, new WalReaderOptions { LogNumber = 5 });

        file.Append(log.AsSpan(0, 32768));
        Transcript.OfAvailable(reader);
        Assert.Empty(Transcript.OfAvailable(reader));
        Assert.Empty(Transcript.OfAvailable(reader));

        file.Append(log.AsSpan(32768));
        Assert.Empty(Transcript.OfAvailable(reader));
        Assert.Contains("checksum mismatch", Transcript.OfAvailable(reader)[0], StringComparison.Ordinal);
    }

    /// <summary>A fragment that is damaged at one read and intact at the next was not completely written.</summary>
    [Fact]
    public async Task A_block_that_is_written_late_is_not_damage()
    {
        byte[] log = LongLog(null);
        using var file = new GrowingFile([]);
        using var growing = Tail(file.Path);
        using WalReader reader = WalReader.Create(growing, new WalReaderOptions { LogNumber = 5, FileName = "log" });
        byte[] late = [.. log];
        late.AsSpan(1000, 20_000).Clear();
        file.Append(late);
        List<string> found = Transcript.OfAvailable(reader);
        file.WriteAt(0, log);
        found.AddRange(Transcript.OfAvailable(reader));
        growing.Close();
        found.AddRange(Transcript.OfAvailable(reader));
        Assert.Equal(await Transcript.OfAsync(log, new WalReaderOptions { LogNumber = 5, FileName = "log" }), found);
    }

    /// <summary>The file is reused for a later log while the reader has it open. The records of the later log are not returned.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(40_000)]
    [InlineData(200_000)]
    public void A_file_that_is_recycled_during_the_reading_is_detected(int written)
    {
        byte[] log = LongLog(5);
        using var file = new GrowingFile([]);
        using var growing = Tail(file.Path);
        using WalReader reader = WalReader.Create(growing, new WalReaderOptions { LogNumber = 5 });
        file.Append(log.AsSpan(0, log.Length / 2));
        int before = Transcript.OfAvailable(reader).Count;
        Assert.True(before > 0);

        file.WriteAt(0, OldLog(number: 8, length: written).AsSpan(0, written));
        List<string> after = [.. Transcript.OfAvailable(reader), .. Transcript.OfAvailable(reader)];
        growing.Close();
        after.AddRange(Transcript.OfAvailable(reader));
        Assert.NotNull(reader.End);
        Assert.DoesNotContain(after, line => line.StartsWith("record", StringComparison.Ordinal));
        Assert.DoesNotContain(after, line => line.Contains("checksum mismatch", StringComparison.Ordinal));
        Assert.Equal(written >= 100_000 || growing.IsTakenOver, growing.IsTakenOver);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    [InlineData(32768)]
    public void A_file_that_is_truncated_is_detected(int length)
    {
        byte[] log = LongLog(null);
        using var file = new GrowingFile(log);
        using var growing = Tail(file.Path);
        using WalReader reader = WalReader.Create(growing, new WalReaderOptions { LogNumber = 5 });
        Transcript.OfAvailable(reader);
        Assert.False(growing.IsTruncated);
        file.Truncate(length);
        Assert.Empty(Transcript.OfAvailable(reader));
        Assert.True(growing.IsTruncated);
        file.WriteAt(0, log);
        Assert.Empty(Transcript.OfAvailable(reader));
        growing.Close();
        Assert.DoesNotContain(Transcript.OfAvailable(reader), line => line.StartsWith("record", StringComparison.Ordinal));
        Assert.NotNull(reader.End);
    }

    /// <summary>Only records prove that a log is written to. The initial content of its file does not.</summary>
    [Fact]
    public void A_log_has_a_record_when_its_first_fragment_is_complete()
    {
        var output = new MemoryStream();
        var log = new LogBuilder(output, 7);
        log.Fragment(FragmentType.SetCompressionType, [7, 0, 0, 0]).Fragment(FragmentType.RecyclablePredecessorWalInfo, new byte[24]);
        int control = (int)output.Length;
        log.Record(new byte[100]);
        byte[] bytes = output.ToArray();
        foreach (int length in Enumerable.Range(0, bytes.Length + 1))
        {
            using var file = new GrowingFile(OldLog(number: 3, length: 500));
            file.WriteAt(0, bytes.AsSpan(0, length));
            Assert.Equal(length == bytes.Length, TailingLog.ContainsRecord(file.Path, 7, FragmentProbe.Instance));
        }

        Assert.True(control < bytes.Length);
    }

    private static TailingLog Tail(string path) => new(path, FragmentProbe.Instance, (_, _) => throw new NotSupportedException());

    private static async Task CheckAsync(byte[] log, byte[] before, WalReaderOptions options, IReadOnlyList<int> pieces)
    {
        byte[] whole = [.. log, .. before.Skip(log.Length)];
        List<long>? ends = await RecordEndsAsync(log, options);
        List<string> expected = await Transcript.OfAsync(whole, options);
        using var file = new GrowingFile(before);
        using var growing = Tail(file.Path);
        using WalReader reader = WalReader.Create(growing, options);
        List<string> found = [];
        int written = 0;
        int there = 0;
        foreach (ReadOnlyMemory<byte> piece in Split(log, pieces))
        {
            file.Append(piece.Span);
            written += piece.Length;
            for (there = Math.Max(there, written); there < log.Length && there < before.Length && before[there] == log[there]; there++)
            {
                // The old content of the file may be equal to the bytes that are written next.
            }

            found.AddRange(Transcript.OfAvailable(reader));
            Assert.Equal(ends is null ? found.Count : ends.TakeWhile(end => end <= there).Count(), found.Count);
        }

        growing.Close();
        found.AddRange(Transcript.OfAvailable(reader));
        Assert.Equal(expected.Select(WithoutDroppedBytes), found.Select(WithoutDroppedBytes));
    }

    /// <summary>
    /// Removes the number of dropped bytes: a failed decompression drops the rest of the block, which depends on the bytes that were
    /// written by then if the log is still being written.
    /// </summary>
    private static string WithoutDroppedBytes(string line) => Regex.Replace(line, @"(decompression failed.*) \(\d+ bytes dropped\)", "$1");

    /// <summary>
    /// Returns the end of each record. Returns null if there is damage before the end, which is reported only when it is certain.
    /// </summary>
    private static async Task<List<long>?> RecordEndsAsync(byte[] log, WalReaderOptions options)
    {
        List<long> ends = [];
        bool isClean = true;
        await using WalReader reader = WalReader.Create(new MemoryStream(log), options);
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalEntryKind.Record)
            {
                ends.Add(reader.Record.EndOffset);
            }

            isClean &= reader.Kind != WalEntryKind.Finding;
        }

        return isClean ? ends : null;
    }

    private static WalReaderOptions OptionsFor(string name) =>
        new() { FileName = name, MaxRecordSize = 1 << 24, LogNumber = WalFileName.TryGetLogNumber(name, out ulong number) ? number : null };

    /// <summary>Returns true if all records of a log have its number.</summary>
    private static bool IsNumbered(byte[] log)
    {
        using WalReader reader = WalReader.Create(new MemoryStream(log), new WalReaderOptions { MaxRecordSize = 1 << 24 });
        return reader.ReadAsync().AsTask().GetAwaiter().GetResult() && reader.IsRecycled;
    }

    private static byte[] LongLog(uint? number)
    {
        var output = new MemoryStream();
        var log = new LogBuilder(output, number);
        var random = new Random(4);
        for (int i = 0; output.Length < 150_000; i++)
        {
            byte[] payload = new byte[random.Next(5000)];
            random.NextBytes(payload);
            log.Record(payload);
        }

        return output.ToArray();
    }

    private static byte[] OldLog(uint number, int length)
    {
        var output = new MemoryStream();
        var log = new LogBuilder(output, number);
        var random = new Random(5);
        while (output.Length < length)
        {
            byte[] payload = new byte[random.Next(300)];
            random.NextBytes(payload);
            log.Record(payload);
        }

        return output.ToArray();
    }

    private static int[] Pieces(Random random, int longest) =>
        [.. Enumerable.Range(0, 1000).Select(_ => 1 + random.Next(random.Next(1, longest)))];

    private static IEnumerable<ReadOnlyMemory<byte>> Split(byte[] bytes, IReadOnlyList<int> pieces)
    {
        for (int position = 0, i = 0; position < bytes.Length; i++)
        {
            int length = Math.Min(pieces[i % pieces.Count], bytes.Length - position);
            yield return bytes.AsMemory(position, length);
            position += length;
        }
    }

    /// <summary>A file that is overwritten from its beginning while it is read.</summary>
    private sealed class GrowingFile : IDisposable
    {
        private readonly FileStream _stream;
        private long _written;

        public GrowingFile(byte[] before)
        {
            Path = System.IO.Path.GetTempFileName();
            File.WriteAllBytes(Path, before);
            _stream = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }

        public string Path { get; }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(_stream.SafeFileHandle, bytes, _written);
            _written += bytes.Length;
        }

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_stream.SafeFileHandle, bytes, offset);

        public void Truncate(long length) => RandomAccess.SetLength(_stream.SafeFileHandle, length);

        public void Dispose()
        {
            _stream.Dispose();
            File.Delete(Path);
        }
    }
}
