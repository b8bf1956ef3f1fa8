using System.IO.Pipelines;
using WalParser.Testing.Flaws;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Writing;

namespace WalParser.Tests.Writing;

/// <summary>Logs whose output fails, is not awaited, or is closed.</summary>
public class LogWriterFailureTests
{
    [Theory]
    [InlineData("long write")]
    [InlineData("flush")]
    [InlineData("flush of a pipe over the stream")]
    [InlineData("flush without a wait")]
    public async Task A_log_whose_output_failed_cannot_be_continued(string way)
    {
        var output = new FailingStream(takes: 300);
        LogWriter log = way.Contains("pipe", StringComparison.Ordinal)
            ? LogWriter.Create(PipeWriter.Create(output))
            : LogWriter.Create(output);
        log.Write(new byte[1000]);
        IOException failure = way switch
        {
            "long write" => await Assert.ThrowsAsync<IOException>(() => log.WriteAsync(new byte[200_000]).AsTask()),
            "flush" or "flush of a pipe over the stream" => await Assert.ThrowsAsync<IOException>(() => log.FlushAsync().AsTask()),
            _ => Assert.Throws<IOException>(log.Flush),
        };

        // The stream would now accept it.
        Assert.Equal(300, output.Accepted);
        await AssertBrokenAsync(log, failure);
        Assert.Equal((300, true), (output.Accepted, output.IsClosed));
    }

    [Fact]
    public async Task A_log_with_a_write_that_was_not_awaited_cannot_be_continued()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 100, resumeWriterThreshold: 50));
        LogWriter log = LogWriter.Create(pipe.Writer);
        log.Write(new byte[1000]);
        using var cancellation = new CancellationTokenSource();
        Task flush = log.FlushAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        var failure = (Exception)await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        await AssertBrokenAsync(log, failure);

        // The reader of the pipe receives an error, because the log is incomplete.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pipe.Reader.ReadAsync());
    }

    [Fact]
    public async Task A_log_whose_reader_has_ended_cannot_be_continued()
    {
        var pipe = new Pipe();
        LogWriter log = LogWriter.Create(pipe.Writer);
        log.Write("a"u8);
        await pipe.Reader.CompleteAsync();
        IOException failure = await Assert.ThrowsAsync<IOException>(() => log.FlushAsync().AsTask());
        await AssertBrokenAsync(log, failure);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public async Task A_write_during_another_is_refused_and_the_other_continues(int length)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 500));
        LogWriter log = LogWriter.Create(pipe.Writer);
        log.Write(new byte[65_000]);
        log.Write(new byte[1000]);
        Task write = log.WriteAsync(new byte[length]).AsTask();
        Assert.False(write.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => log.Write("inside"u8));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await log.WriteAsync("inside"u8.ToArray()));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await log.FlushAsync());

        Task<byte[]> read = ReadAllAsync(pipe.Reader);
        await write;
        await log.WriteAsync("behind"u8.ToArray());
        await log.DisposeAsync();
        List<byte[]> records = await WrittenLog.RecordsOfAsync(await read);
        Assert.Equal([65_000, 1000, length, 6], records.Select(record => record.Length));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public async Task A_write_that_is_cancelled_beforehand_writes_nothing(int length)
    {
        var output = new MemoryStream();
        var cancelled = new CancellationToken(canceled: true);
        await using (LogWriter log = LogWriter.Create(output, leaveOpen: true))
        {
            log.Write("before"u8);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await log.WriteAsync(new byte[length], cancelled));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await log.FlushAsync(cancelled));
            Assert.Equal((13, 1), (log.Position, log.RecordCount));
            await log.WriteAsync("behind"u8.ToArray());
        }

        Assert.Equal(["before"u8.ToArray(), "behind"u8.ToArray()], await WrittenLog.RecordsOfAsync(output.ToArray()));
    }

    [Fact]
    public void A_stream_that_cannot_be_written_is_refused() =>
        Assert.Throws<ArgumentException>(() => LogWriter.Create(new MemoryStream([], writable: false)));

    [Fact]
    public void Bad_options_leave_no_file()
    {
        using var database = new TempDatabase();
        LogWriterOptions[] bad =
        [
            new() { TimestampSizes = null! },
            new() { TimestampSizes = [new(1, 70_000)] },
            new() { TimestampSizes = [new(1, -1)] },
            new() { TimestampSizes = [new(1, 8), new(1, 16)] },
            new() { TimestampSizes = [.. Enumerable.Range(0, 6000).Select(id => new KeyValuePair<uint, int>((uint)id, 8))] },
            new() { CompressionType = WalParser.Compression.CompressionType.Snappy },
            new() { CompressionLevel = 23 },
            new() { CompressionLevel = -131_073 },
        ];
        string path = database.PathOf("000010.log");
        Assert.All(bad, options => Assert.ThrowsAny<ArgumentException>(() => LogWriter.Open(path, options)));
        Assert.False(File.Exists(path));
    }

    /// <summary>Flushed records are in the file, and all records after the end, without awaiting anything.</summary>
    [Fact]
    public async Task A_file_is_written_synchronously()
    {
        using var database = new TempDatabase();
        string path = database.PathOf("000010.log");
        using (LogWriter log = LogWriter.Open(path))
        {
            log.Write(new byte[100_000]);
            log.Flush();
            Assert.Equal(log.Position, new FileInfo(path).Length);
            log.Write("behind"u8);
        }

        Assert.Equal([100_000, 6], (await TempDatabase.RecordsOfAsync(path)).Select(record => record.Length));
        File.Delete(path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pipe_is_left_open_if_requested(bool leaveOpen)
    {
        var pipe = new Pipe();
        LogWriter log = LogWriter.Create(pipe.Writer, leaveOpen: leaveOpen);
        log.Write("a"u8);
        Assert.Throws<NotSupportedException>(log.Flush);
        await log.DisposeAsync();
        await log.DisposeAsync();
        ReadResult result = await pipe.Reader.ReadAsync();
        Assert.Equal((8, !leaveOpen), (result.Buffer.Length, result.IsCompleted));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await log.WriteAsync("b"u8.ToArray()));
    }

    [Fact]
    public async Task A_log_that_is_closed_during_a_write_is_incomplete()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 500));
        LogWriter log = LogWriter.Create(pipe.Writer);
        Task write = log.WriteAsync(new byte[1_000_000]).AsTask();
        await log.DisposeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await pipe.Reader.ReadAsync());
        Assert.False(write.IsCompletedSuccessfully);
    }

    private static async Task AssertBrokenAsync(LogWriter log, Exception failure)
    {
        Exception[] refusals =
        [
            Assert.Throws<InvalidOperationException>(() => log.Write("b"u8)),
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await log.WriteAsync("b"u8.ToArray())),
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await log.FlushAsync()),
            Assert.Throws<InvalidOperationException>(log.Flush),
            Assert.Throws<InvalidOperationException>(() => log.WriteTimestampSizes([new(1, 8)])),
            Assert.Throws<InvalidOperationException>(() => log.WriteFlawed("b"u8, new RecordFlaws { LacksFirst = true })),
        ];
        Assert.All(refusals, refusal => Assert.Same(failure, refusal.InnerException));
        await log.DisposeAsync();
    }

    private static async Task<byte[]> ReadAllAsync(PipeReader reader)
    {
        var output = new MemoryStream();
        await reader.CopyToAsync(output);
        return output.ToArray();
    }

    /// <summary>Accepts the given number of bytes of the first write, fails once, and then accepts everything.</summary>
    private sealed class FailingStream(int takes) : MemoryStream
    {
        private bool _hasFailed;

        public int Accepted { get; private set; }

        public bool IsClosed { get; private set; }

        public override void Write(byte[] buffer, int offset, int count) => Accept(count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Accept(buffer.Length);
            return default;
        }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }

        private void Accept(int count)
        {
            if (_hasFailed)
            {
                Accepted += count;
                return;
            }

            _hasFailed = true;
            Accepted += takes;
            throw new IOException("The disk is full.");
        }
    }
}
