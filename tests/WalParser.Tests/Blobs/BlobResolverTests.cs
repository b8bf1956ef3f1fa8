using WalParser.Blobs;
using WalParser.Compression;
using WalParser.TestSupport.Logs;
using static WalParser.Tests.Blobs.BlobSamples;

namespace WalParser.Tests.Blobs;

/// <summary>Values in valid blob files, limits, and the files that a resolver keeps open.</summary>
public sealed class BlobResolverTests : IDisposable
{
    private readonly BlobFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionType.None, true)]
    [InlineData(CompressionType.None, false)]
    [InlineData(CompressionType.Zlib, true)]
    [InlineData(CompressionType.Zlib, false)]
    public void All_values_are_found(CompressionType compression, bool hasFooter)
    {
        var file = new BlobFileBuilder(compression);
        byte[][] values = [[], [1], Value, new byte[70_000], new byte[300_000], [2]];
        byte[][] indexes = [.. values.Select((value, i) => file.Record([.. Key, (byte)i], Stored(compression, value)))];
        _folder.Write(hasFooter ? file.Footer().ToArray() : file.ToArray());

        using var resolver = new BlobResolver(_folder.FolderPath);
        for (int i = 0; i < values.Length; i++)
        {
            BlobResult result = resolver.Resolve(indexes[i], [.. Key, (byte)i]);
            Assert.Equal((BlobOutcome.Resolved, null), (result.Outcome, result.Reason));
            Assert.Equal(values[i], result.Value.ToArray());
            Assert.Equal(_folder.PathOf(8), result.File);
        }
    }

    [Fact]
    public void A_value_with_an_expiration_and_the_value_of_the_empty_key_are_found()
    {
        var file = new BlobFileBuilder();
        byte[] expiring = file.Record(Key, Value, expiration: 1);
        byte[] unnamed = file.Record([], Value);
        _folder.Write(file.ToArray());
        Assert.Equal(Value, _folder.Resolve(expiring, Key).Value);
        Assert.Equal(Value, _folder.Resolve(unnamed, []).Value);
    }

    /// <summary>Also a value that exceeds the limit is decompressed up to it only once.</summary>
    [Theory]
    [InlineData(1 << 20, BlobOutcome.Resolved)]
    [InlineData(1000, BlobOutcome.TooLarge)]
    public void A_blob_that_many_indexes_name_is_decompressed_once(int limit, BlobOutcome expected)
    {
        var file = new BlobFileBuilder(CompressionType.Zlib);
        byte[] index = file.Record(Key, Stored(CompressionType.Zlib, new byte[5000]));
        byte[] other = file.Record(Key, Stored(CompressionType.Zlib, [1, 2, 3]));
        _folder.Write(file.ToArray());
        var counter = new CountingDecompressor();
        using var resolver = new BlobResolver(
            _folder.FolderPath,
            new BlobResolverOptions
            {
                MaxValueSize = limit,
                Decompressors = DecompressorRegistry.Default.With(CompressionType.Zlib, counter),
            });
        for (int i = 0; i < 100; i++)
        {
            BlobResult result = resolver.Resolve(index, Key);
            Assert.Equal((expected, expected == BlobOutcome.Resolved ? 5000 : 0), (result.Outcome, result.Value.Length));
            Assert.Equal(_folder.PathOf(8), result.File);
        }

        Assert.InRange(counter.Calls, 0, 1);
        Assert.Equal([1, 2, 3], resolver.Resolve(other, Key).Value.ToArray());
        Assert.Equal(BlobOutcome.WrongKey, resolver.Resolve(other, [.. Key, 1]).Outcome);
        Assert.Equal(expected, resolver.Resolve(index, Key).Outcome);
    }

    [Fact]
    public void An_inlined_value_is_returned_without_a_file()
    {
        using var resolver = new BlobResolver(Path.Combine(_folder.FolderPath, "none"));
        BlobResult result = resolver.Resolve([0, 7, .. Value], Key);
        Assert.Equal((BlobOutcome.Resolved, null), (result.Outcome, result.File));
        Assert.Equal(Value, result.Value.ToArray());
    }

    /// <summary>An incomplete footer does not affect the records and is never a record.</summary>
    [Fact]
    public void Records_are_found_without_a_complete_footer()
    {
        var builder = new BlobFileBuilder();
        byte[] index = builder.Record(Key, Value);
        int end = builder.Length;
        byte[] file = builder.Footer().ToArray();
        for (int length = end; length <= file.Length; length++)
        {
            _folder.Write(file[..length]);
            Assert.Equal(Value, _folder.Resolve(index, Key).Value);
        }
    }

    [Fact]
    public void A_value_over_the_limit_is_reported()
    {
        var options = new BlobResolverOptions { MaxValueSize = Value.Length - 1 };
        _folder.Write(One(out byte[] index));
        Assert.Equal(BlobOutcome.TooLarge, _folder.Resolve(index, Key, options).Outcome);
        Assert.Equal(Value, _folder.Resolve(index, Key, options with { MaxValueSize = Value.Length }).Value);

        var file = new BlobFileBuilder(CompressionType.Zlib);
        index = file.Record(Key, Stored(CompressionType.Zlib, Value));
        _folder.Write(file.ToArray());
        Assert.Equal(BlobOutcome.TooLarge, _folder.Resolve(index, Key, options).Outcome);
        Assert.Equal(Value, _folder.Resolve(index, Key, options with { MaxValueSize = Value.Length }).Value);
    }

    /// <summary>The stored form of an incompressible value is larger than the value, but the value is within the limit.</summary>
    [Fact]
    public void The_limit_applies_to_the_value_and_not_to_its_stored_form()
    {
        byte[] value = new byte[600];
        new Random(3).NextBytes(value);
        byte[] stored = Stored(CompressionType.Zlib, value);
        Assert.True(stored.Length > value.Length);
        var file = new BlobFileBuilder(CompressionType.Zlib);
        byte[] index = file.Record(Key, stored);
        _folder.Write(file.ToArray());
        Assert.Equal(value, _folder.Resolve(index, Key, new BlobResolverOptions { MaxValueSize = 600 }).Value);
    }

    [Fact]
    public void Records_that_are_added_to_an_open_file_are_found()
    {
        var file = new BlobFileBuilder();
        byte[] first = file.Record(Key, Value);
        _folder.Write(file.ToArray());
        using var resolver = new BlobResolver(_folder.FolderPath);
        Assert.True(resolver.Resolve(first, Key).IsResolved);

        byte[] second = file.Record(Key, [.. Value, 2]);
        Assert.Equal(BlobOutcome.FileTruncated, resolver.Resolve(second, Key).Outcome);
        Append(file.ToArray());
        Assert.Equal([.. Value, 2], resolver.Resolve(second, Key).Value.ToArray());

        byte[] third = file.Record(Key, [.. Value, 3]);
        Append(file.Footer().ToArray());
        Assert.Equal([.. Value, 3], resolver.Resolve(third, Key).Value.ToArray());
        Assert.Equal(BlobOutcome.InvalidOffset, resolver.Resolve(At(file.Length, 1), Key).Outcome);

        // The resolver still reads a file that has been deleted, as long as the file is open.
        File.Delete(_folder.PathOf(8));
        Assert.Equal(Value, resolver.Resolve(first, Key).Value.ToArray());
        Assert.Equal(BlobOutcome.FileMissing, _folder.Resolve(first, Key).Outcome);
    }

    [Fact]
    public void An_open_file_that_becomes_shorter_is_reported()
    {
        var file = new BlobFileBuilder();
        byte[] first = file.Record(Key, Value);
        byte[] second = file.Record(Key, [.. Value, 1]);
        _folder.Write(file.ToArray());
        using var resolver = new BlobResolver(_folder.FolderPath);
        Assert.True(resolver.Resolve(first, Key).IsResolved);
        using (FileStream stream = File.Open(_folder.PathOf(8), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(100);
        }

        BlobResult result = resolver.Resolve(second, Key);
        Assert.Equal(BlobOutcome.FileTruncated, result.Outcome);
    }

    [Fact]
    public void The_number_of_open_files_is_limited()
    {
        byte[][] indexes = new byte[12][];
        for (int i = 0; i < indexes.Length; i++)
        {
            var file = new BlobFileBuilder();
            indexes[i] = file.Record(Key, [.. Value, (byte)i], fileNumber: (ulong)i);
            _folder.Write(file.ToArray(), (ulong)i);
        }

        using (var resolver = new BlobResolver(_folder.FolderPath, new BlobResolverOptions { MaxOpenFiles = 3 }))
        {
            foreach (int i in (int[])[0, 1, 2, 3, 0, 1, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0])
            {
                Assert.Equal([.. Value, (byte)i], resolver.Resolve(indexes[i], Key).Value.ToArray());
                AssertOpen(3);
            }
        }

        AssertOpen(0);
    }

    [Fact]
    public void Resolving_a_value_allocates_nothing()
    {
        var file = new BlobFileBuilder(CompressionType.Zstd);
        byte[] stored = [.. WalBytes.Varint(3), .. Convert.FromHexString("28b52ffd2003190000616263")];
        byte[] index = file.Record(Key, stored);
        _folder.Write(file.ToArray());
        using var resolver = new BlobResolver(_folder.FolderPath);
        Assert.Equal("abc"u8.ToArray(), resolver.Resolve(index, Key).Value.ToArray());

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isResolved = true;
        for (int i = 0; i < 100; i++)
        {
            isResolved &= resolver.Resolve(index, Key).IsResolved;
        }

        Assert.Equal((true, 0), (isResolved, GC.GetAllocatedBytesForCurrentThread() - before));
    }

    [Fact]
    public void Misuse_throws()
    {
        Assert.Throws<ArgumentException>(() => new BlobResolver(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlobResolver("x", new BlobResolverOptions { MaxValueSize = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlobResolver("x", new BlobResolverOptions { MaxOpenFiles = 0 }));
        var resolver = new BlobResolver("x");
        resolver.Dispose();
        resolver.Dispose();
        Assert.Throws<ObjectDisposedException>(() => resolver.Resolve([0, 0], Key).IsResolved);
    }

    private void Append(byte[] file)
    {
        using FileStream stream = File.Open(_folder.PathOf(8), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.Position = stream.Length;
        stream.Write(file.AsSpan((int)stream.Length));
    }

    private void AssertOpen(int atMost)
    {
        if (OperatingSystem.IsLinux())
        {
            int open = Directory.EnumerateFileSystemEntries("/proc/self/fd")
                .Count(link => new FileInfo(link).LinkTarget?.StartsWith(_folder.FolderPath, StringComparison.Ordinal) ?? false);
            Assert.InRange(open, 0, atMost);
        }
    }
}
