using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WalParser.Compression;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Writing;

namespace WalParser.Tests.Writing;

/// <summary>The compressors of the whole process are counted. Therefore no other test may run at the same time.</summary>
[CollectionDefinition(nameof(CompressorMemoryTests), DisableParallelization = true)]
public class AloneWithTheCompressors;

/// <summary>The native memory of the writers of compressed logs: its size, and that it is freed.</summary>
[Collection(nameof(CompressorMemoryTests))]
public class CompressorMemoryTests
{
    private static readonly LogWriterOptions Compressed = new() { CompressionType = CompressionType.Zstd };

    /// <summary>The compressor of a writer is freed, however the writer ends.</summary>
    [Fact]
    public async Task The_compressor_of_a_writer_is_freed()
    {
        int before = CountAfterFinalizers();
        var writers = new List<LogWriter>();
        for (int i = 0; i < 20; i++)
        {
            LogWriter log = LogWriter.Create(new MemoryStream(), Compressed);
            log.Write(new byte[i * 10_000]);
            writers.Add(log);
        }

        // A writer whose output fails, and a writer that is closed during a write.
        LogWriter failing = LogWriter.Create(new FailingStream(), Compressed);
        writers.Add(failing);
        failing.Write("record"u8);
        Assert.Throws<IOException>(failing.Flush);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 500));
        LogWriter pending = LogWriter.Create(pipe.Writer, Compressed, leaveOpen: true);
        writers.Add(pending);
        Task write = pending.WriteAsync(Noise(1_000_000)).AsTask();
        Assert.False(write.IsCompleted);
        Assert.Equal(before + 22, ZstdCompressor.LiveCount);

        for (int i = 0; i < writers.Count; i++)
        {
            if (i % 2 == 0 && writers[i] != pending)
            {
                writers[i].Dispose();
            }
            else
            {
                await writers[i].DisposeAsync();
                await writers[i].DisposeAsync();
            }
        }

        Assert.Equal(before, ZstdCompressor.LiveCount);

        // The write that then continues detects that the compressor was freed, and does not access freed memory.
        ReadResult read = await pipe.Reader.ReadAsync();
        pipe.Reader.AdvanceTo(read.Buffer.End);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => write.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(before, ZstdCompressor.LiveCount);
    }

    /// <summary>A writer that cannot be created allocates no compressor.</summary>
    [Fact]
    public async Task A_refused_writer_leaves_no_compressor()
    {
        int before = CountAfterFinalizers();
        var pipe = new Pipe();
        await pipe.Writer.CompleteAsync();
        Assert.Throws<InvalidOperationException>(() => LogWriter.Create(pipe.Writer, Compressed));
        using var database = new TempDatabase();
        string path = database.Write("000010.log", []);
        Assert.Throws<IOException>(() => LogWriter.Open(path, Compressed));
        Assert.Throws<ArgumentOutOfRangeException>(() => LogWriter.Create(new MemoryStream(), Compressed with { CompressionLevel = 100 }));
        Assert.Equal(before, ZstdCompressor.LiveCount);
    }

    [Fact]
    public void A_writer_that_is_not_disposed_is_freed_by_its_finalizer()
    {
        int before = CountAfterFinalizers();
        Forget();
        Assert.Equal(before, CountAfterFinalizers());

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Forget()
        {
            LogWriter.Create(new MemoryStream(), Compressed).Write("record"u8);
            Assert.Equal(before + 1, ZstdCompressor.LiveCount);
        }
    }

    /// <summary>A long record is compressed in parts: neither the managed nor the native heap grows with it.</summary>
    [Fact]
    public async Task A_record_of_64_MiB_is_written_in_bounded_memory()
    {
        const int Size = 64 << 20;
        const int Period = 1_500_000;
        byte[] record = new byte[Size];
        Noise(Period).CopyTo(record, 0);
        for (int at = Period; at < Size; at += Period)
        {
            // Each period repeats the previous one, which the compressor finds, except for a part that is new.
            record.AsSpan(at - Period, Math.Min(Period, Size - at)).CopyTo(record.AsSpan(at));
            new Random(at).NextBytes(record.AsSpan(at, Math.Min(50_000, Size - at)));
        }

        using var database = new TempDatabase();
        string path = database.PathOf("000010.log");
        await using (LogWriter log = LogWriter.Open(path, Compressed))
        {
            log.Write("warm"u8);
            log.Flush();
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await log.WriteAsync(record);
            Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 2 << 20);
            Assert.InRange(log.NativeSize, 1 << 20, 4 << 20);
            Assert.InRange(log.Position, 1 << 20, Size / 2);
        }

        List<byte[]> read = await WrittenLog.RecordsOfAsync(await File.ReadAllBytesAsync(path));
        Assert.Equal(2, read.Count);
        Assert.Equal(Size, record.AsSpan().CommonPrefixLength(read[1]));
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Zstd)]
    public async Task Nothing_is_allocated_for_a_record(CompressionType compression)
    {
        byte[] small = Noise(3000);
        byte[] large = Noise(300_000);
        await using LogWriter log = LogWriter.Create(new SameBuffer(), new LogWriterOptions { CompressionType = compression });
        WriteSome();
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isCompleted = WriteSome();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(isCompleted);
        Assert.Equal(0, allocated);

        // Not an async method: in a Debug build, its state machine is an object.
        bool WriteSome()
        {
            bool isCompleted = true;
            for (int i = 0; i < 100; i++)
            {
                isCompleted &= IsDone(log.WriteAsync(small));
                log.Write(small);
                log.Write([]);
                isCompleted &= IsDone(log.WriteAsync(large));
            }

            return isCompleted & IsDone(log.FlushAsync());
        }

        static bool IsDone(ValueTask task) => task.IsCompletedSuccessfully;
    }

    /// <summary>Waits until the finalizers of the writers of earlier tests have run.</summary>
    private static int CountAfterFinalizers()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return ZstdCompressor.LiveCount;
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private sealed class FailingStream : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("The disk is full.");
    }

    /// <summary>An output that accepts all bytes, returns the same buffer, and allocates nothing.</summary>
    private sealed class SameBuffer : PipeWriter
    {
        private readonly byte[] _buffer = new byte[1 << 20];

        public override void Advance(int bytes)
        {
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
