using System.Diagnostics;
using System.Runtime.CompilerServices;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Recovery;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.Compression;

/// <summary>The tests count the contexts of the whole process, so no other test may run at the same time.</summary>
[CollectionDefinition(nameof(NativeMemoryTests), DisableParallelization = true)]
[Collection(nameof(NativeMemoryTests))]
public sealed class NativeMemoryTests
{
    /// <summary>After many readers have ended in different ways, no native memory remains allocated.</summary>
    [Fact]
    public async Task Disposed_readers_free_their_contexts()
    {
        // After the first block, the registry keeps one context permanently.
        byte[] block = [1, .. CompressionTestData.Reference("tiny-1.zst")];
        Assert.True(DecompressorRegistry.Default.Decompress(CompressionType.Zstd, block, new byte[1]).IsDone);
        Collect();
        int before = ZstdContext.LiveCount;
        byte[] log = File.ReadAllBytes(TestFiles.Committed("rocksdb/zstd/000004.log"));
        byte[] damaged = [.. log];
        damaged[log.Length / 2] ^= 1;
        int most = 0;
        for (int i = 0; i < 50; i++)
        {
            await using WalReader whole = WalReader.Create(new MemoryStream(log));
            while (await whole.ReadAsync())
            {
                most = Math.Max(most, ZstdContext.LiveCount);
            }

            using WalReader abandoned = WalReader.Create(new MemoryStream(log));
            Assert.True(await abandoned.ReadAsync());
            using WalReader strict = WalReader.Create(new MemoryStream(damaged), new WalReaderOptions { ThrowOnCorruption = true });
            await Assert.ThrowsAsync<WalCorruptionException>(async () =>
            {
                while (await strict.ReadAsync())
                {
                }
            });

            // The compression type is repeated; each one replaces the previous one.
            var repeated = new MemoryStream();
            var builder = new LogBuilder(repeated);
            for (int k = 0; k < 20; k++)
            {
                builder.Fragment(FragmentType.SetCompressionType, [(byte)CompressionType.Zstd, 0, 0, 0]);
            }

            using WalReader many = WalReader.Create(new MemoryStream(repeated.ToArray()));
            while (await many.ReadAsync())
            {
            }

            foreach (string name in new[] { "text-3.zst", "far-long.zst", "text-1.lz4", "text.sz", "text.gz" })
            {
                byte[] copy = CompressionTestData.Reference(name);
                using Stream stream = CompressedCopy.Open(new MemoryStream(copy), CompressedCopy.Recognise(copy));
                Assert.True(stream.Read(new byte[10]) > 0);
                using Stream cut = CompressedCopy.Open(new MemoryStream(copy[..(copy.Length / 2)]), CompressedCopy.Recognise(copy));
                Assert.Throws<InvalidDataException>(() => cut.CopyTo(Stream.Null));
            }

            DecompressorRegistry.Default.Decompress(CompressionType.Zstd, block, new byte[1]);
        }

        Assert.True(most > before);
        await ReadSetsAsync();
        Assert.Equal(before, ZstdContext.LiveCount);
    }

    private static async Task ReadSetsAsync()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        foreach (string database in new[] { "rocksdb/zstd", "rocksdb/recycled-zstd" })
        {
            WalSet set = await WalSet.OpenAsync(TestFiles.Committed(database));
            await using (WalSetReader reader = set.OpenReader())
            {
                while (await reader.ReadAsync())
                {
                }
            }

            await using (WalSetReader left = set.OpenReader())
            {
                Assert.True(await left.ReadAsync());
            }

            await using (RecoveryReader recovery = RecoveryReader.Open(set, WalRecoveryMode.PointInTimeRecovery))
            {
                while (await recovery.ReadAsync())
                {
                }
            }

            await LogSalvage.RunAsync(set, Path.Combine(folder, Path.GetFileName(database)));
            using var cancellation = new CancellationTokenSource();
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => LogSalvage.RunAsync(
                    set, Path.Combine(folder, Path.GetFileName(database) + "2"), cancellationToken: cancellation.Token));
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The finalizer of the handle frees the context of an owner that was not disposed.</summary>
    [Fact]
    public void A_context_that_is_not_disposed_is_freed_by_the_finalizer()
    {
        Collect();
        int before = ZstdContext.LiveCount;
        Forget();
        Collect();
        Assert.Equal(before, ZstdContext.LiveCount);
    }

    [Fact]
    public void A_disposed_decoder_throws()
    {
        var decoder = new ZstdDecoder();
        decoder.Dispose();
        decoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => decoder.Decode([1], new byte[1], out _, out _));
        Assert.Throws<ObjectDisposedException>(decoder.Reset);
    }

    /// <summary>As with uncompressed logs, nothing is allocated for a record, whether it has one fragment or several.</summary>
    [Fact]
    public async Task Reading_compressed_records_allocates_nothing()
    {
        var log = new MemoryStream();
        LogBuilder builder = new LogBuilder(log).Fragment(FragmentType.SetCompressionType, [(byte)CompressionType.Zstd, 0, 0, 0]);
        var batch = new BatchBuilder();
        using var compressor = new ZstdSharp.Compressor(level: 1);
        byte[] large = new byte[100_000];
        new Random(1).NextBytes(large);
        for (uint i = 0; i < 20_000; i++)
        {
            ReadOnlySpan<byte> value = i % 200 == 0 ? large : "some value, longer than the key"u8;
            builder.Record(compressor.Wrap(batch.Reset().Put("some key"u8, value).Build(i)));
        }

        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllBytesAsync(path, log.ToArray());
        try
        {
            using WalReader reader = WalReader.Open(path);
            ReadSome(reader, 5000);

            // Collections that other tests cause make the shared array pool drop its arrays, which are then allocated anew. The smallest of
            // three measurements excludes that.
            Assert.Equal(0, Enumerable.Range(0, 3).Min(_ => AllocatedBy(() => ReadSome(reader, 5000))));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static long AllocatedBy(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void ReadSome(WalReader reader, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ValueTask<bool> read = reader.ReadAsync();
            Assert.True(read.IsCompletedSuccessfully && read.Result && reader.Record.Payload.Length > 0);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget()
    {
        for (int i = 0; i < 10; i++)
        {
            _ = new ZstdDecoder();
        }
    }

    private static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>A read of a copy while another thread reads the same copy is a misuse, which must not corrupt memory.</summary>
    [Fact]
    public void A_decoder_that_two_threads_use_throws()
    {
        using var decoder = new ZstdDecoder(isStepwise: true);
        byte[] frame = new byte[4 << 20];
        new Random(1).NextBytes(frame);
        using var compressor = new ZstdSharp.Compressor();
        byte[] compressed = compressor.Wrap(frame).ToArray();
        int refusals = 0;

        // How soon two threads meet in the decoder depends on the load of the machine.
        var watch = Stopwatch.StartNew();
        Parallel.For(0, 4, _ =>
        {
            byte[] output = new byte[1 << 17];
            while (Volatile.Read(ref refusals) == 0 && watch.Elapsed < TimeSpan.FromMinutes(1))
            {
                try
                {
                    decoder.Decode(compressed, output, out int _, out int _);
                    decoder.Reset();
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refusals);
                }
            }
        });
        Assert.True(refusals > 0 || Environment.ProcessorCount == 1);
    }
}
