using System.IO.Compression;
using System.Text;
using WalParser.Blobs;
using WalParser.Compression;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Blobs;

/// <summary>What a resolver says of good blob files, and of each way in which they can be bad.</summary>
public sealed class BlobResolverTests : IDisposable
{
    private static readonly byte[] Key = "the key"u8.ToArray();
    private static readonly byte[] Value = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("the value of the key; ", 40)));

    private readonly BlobFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionType.None, true)]
    [InlineData(CompressionType.None, false)]
    [InlineData(CompressionType.Zlib, true)]
    [InlineData(CompressionType.Zlib, false)]
    public void Finds_all_values(CompressionType compression, bool hasFooter)
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
    public void Finds_a_value_with_an_expiration_and_one_of_the_empty_key()
    {
        var file = new BlobFileBuilder();
        byte[] expiring = file.Record(Key, Value, expiration: 1);
        byte[] unnamed = file.Record([], Value);
        _folder.Write(file.ToArray());
        Assert.Equal(Value, _folder.Resolve(expiring, Key).Value);
        Assert.Equal(Value, _folder.Resolve(unnamed, []).Value);
    }

    [Fact]
    public void Hands_out_an_inlined_value_without_any_file()
    {
        using var resolver = new BlobResolver(Path.Combine(_folder.FolderPath, "none"));
        BlobResult result = resolver.Resolve([0, 7, .. Value], Key);
        Assert.Equal((BlobOutcome.Resolved, null), (result.Outcome, result.File));
        Assert.Equal(Value, result.Value.ToArray());
    }

    [Fact]
    public void Tells_what_is_no_index() => Expect(BlobOutcome.InvalidIndex, "Unknown blob index type: 9", [9], Key);

    [Fact]
    public void Tells_that_a_file_or_the_folder_is_missing()
    {
        _folder.Write(One(out byte[] index), fileNumber: 9);
        Expect(BlobOutcome.FileMissing, "no such file", index, Key);
        using var resolver = new BlobResolver(Path.Combine(_folder.FolderPath, "none"));
        BlobResult result = resolver.Resolve(index, Key);
        Assert.Equal((BlobOutcome.FileMissing, Path.Combine(_folder.FolderPath, "none", "000008.blob")), (result.Outcome, result.File));
    }

    [SkippableFact]
    public void Tells_that_a_file_cannot_be_read()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Needs a file that nobody can read.");
        File.CreateSymbolicLink(_folder.PathOf(8), "/proc/self/mem");
        Expect(BlobOutcome.FileUnreadable, "", BlobFileBuilder.Index(8, 62, 0, CompressionType.None), []);
    }

    /// <summary>Wherever a file that was not closed is cut off, that is what is said.</summary>
    [Fact]
    public void Tells_a_truncated_file_at_every_length()
    {
        byte[] file = One(out byte[] index);
        for (int length = 0; length < file.Length; length++)
        {
            _folder.Write(file[..length]);
            Expect(BlobOutcome.FileTruncated, length < 30 ? "header" : "end", index, Key);
        }

        Assert.Equal(Value, _folder.Write(file).Resolve(index, Key).Value);
    }

    /// <summary>A part of a footer does not matter to the records, and is never a record.</summary>
    [Fact]
    public void Needs_no_footer_for_what_lies_before_it()
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

    [Theory]
    [InlineData(0, "magic")]
    [InlineData(3, "magic")]
    [InlineData(4, "version of blob file: 3")]
    [InlineData(7, "version")]
    public void Tells_another_magic_number_or_version(int at, string reason)
    {
        byte[] file = One(out byte[] index);
        file[at] ^= 2;
        _folder.Write(file);
        Expect(BlobOutcome.InvalidFileHeader, reason, index, Key);
    }

    /// <summary>A flipped bit is told by the checksum over it: all bits of header and key, and one of each byte of the value.</summary>
    [Fact]
    public void Tells_each_flipped_bit_of_a_record()
    {
        byte[] file = One(out byte[] index);
        for (int at = 30; at < file.Length; at++)
        {
            for (int bit = 0; bit < (at < 69 ? 8 : 1); bit++)
            {
                byte[] flipped = [.. file];
                flipped[at] ^= (byte)(1 << bit);
                _folder.Write(flipped);
                bool isInHeader = at < 30 + 28;
                Expect(
                    isInHeader ? BlobOutcome.HeaderChecksumMismatch : BlobOutcome.BlobChecksumMismatch,
                    isInHeader ? "record's header at 30" : "key and value at 30",
                    index,
                    Key);
            }
        }
    }

    [Theory]
    [InlineData("the kez")] // as long
    [InlineData("the ke")] // shorter: the header is looked for where it is not
    [InlineData("the key itself")] // longer
    [InlineData("a key so much longer that no record could begin before it")]
    [InlineData("")]
    public void Tells_a_wrong_key(string key)
    {
        _folder.Write(One(out byte[] index));
        Expect(BlobOutcome.WrongKey, "another key", index, Encoding.ASCII.GetBytes(key));
    }

    /// <summary>An index of one key is not answered with another key's record, wherever its record lies.</summary>
    [Fact]
    public void Tells_a_wrong_key_among_others()
    {
        var file = new BlobFileBuilder();
        byte[][] indexes = [.. Enumerable.Range(0, 20).Select(i => file.Record(new byte[i], [.. Value, (byte)i]))];
        _folder.Write(file.Footer().ToArray());
        for (int i = 0; i < indexes.Length; i++)
        {
            for (int size = 0; size < indexes.Length; size++)
            {
                Assert.Equal(size == i ? BlobOutcome.Resolved : BlobOutcome.WrongKey, _folder.Resolve(indexes[i], new byte[size]).Outcome);
            }
        }
    }

    [Fact]
    public void Tells_another_size()
    {
        _folder.Write([.. One(out _), 0, 0, 0]);
        Expect(BlobOutcome.SizeMismatch, $"{Value.Length} bytes, the index says {Value.Length + 1}", At(69, Value.Length + 1), Key);
        Expect(BlobOutcome.SizeMismatch, "", At(69, Value.Length - 1), Key);
        Expect(BlobOutcome.SizeMismatch, "", At(69, 0), Key);
    }

    [Fact]
    public void Tells_offsets_where_no_record_can_be()
    {
        byte[] file = One(out _);
        _folder.Write(file);
        foreach (int offset in (int[])[0, 1, 29, 30, 61, 62, 68])
        {
            Expect(BlobOutcome.InvalidOffset, "no record", At(offset, Value.Length), Key);
        }

        Expect(BlobOutcome.HeaderChecksumMismatch, "header at 31", At(70, Value.Length - 1), Key);
        Expect(BlobOutcome.FileTruncated, "beyond the file's end", At(70, Value.Length), Key);
        foreach ((ulong offset, ulong size) in ((ulong, ulong)[])[(ulong.MaxValue, 1), (69, ulong.MaxValue), (ulong.MaxValue, ulong.MaxValue)])
        {
            Expect(BlobOutcome.FileTruncated, "beyond the file's end", BlobFileBuilder.Index(8, offset, size, CompressionType.None), Key);
        }
    }

    [Fact]
    public void Does_not_take_a_footer_for_a_record()
    {
        var builder = new BlobFileBuilder();
        builder.Record(Key, Value);
        int end = builder.Length;
        byte[] file = builder.Footer().ToArray();
        _folder.Write(file);
        for (int offset = end; offset <= file.Length + 40; offset++)
        {
            Expect(BlobOutcome.InvalidOffset, $"which end at {end}", At(offset, 1), Key);
        }

        // Even a record that is made to reach over the footer.
        builder = new BlobFileBuilder();
        byte[] footer = new BlobFileBuilder().Footer().ToArray()[30..];
        byte[] index = builder.Record(Key, footer);
        _folder.Write(builder.ToArray());
        Expect(BlobOutcome.InvalidOffset, "beyond the file's records", index, Key);
        file = builder.ToArray();
        file[^1] ^= 1;
        _folder.Write(file);
        Expect(BlobOutcome.BlobChecksumMismatch, "", index, Key);
    }

    [Fact]
    public void Tells_that_index_and_file_name_different_compressions()
    {
        _folder.Write(One(out _));
        byte[] index = BlobFileBuilder.Index(8, 69, (ulong)Value.Length, CompressionType.Zstd);
        Expect(BlobOutcome.CompressionMismatch, "the index says compression Zstd, the file None", index, Key);
    }

    [Theory]
    [InlineData(CompressionType.BZip2)]
    [InlineData(CompressionType.Xpress)]
    [InlineData((CompressionType)0x63)]
    public void Tells_that_a_compression_is_not_supported(CompressionType compression)
    {
        var file = new BlobFileBuilder(compression);
        byte[] index = file.Record(Key, Value);
        _folder.Write(file.ToArray());
        Expect(BlobOutcome.CompressionUnsupported, "no decompressor", index, Key);
    }

    [Theory]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Zlib)]
    [InlineData(CompressionType.LZ4)]
    [InlineData(CompressionType.LZ4HC)]
    [InlineData(CompressionType.Zstd)]
    public void Tells_that_a_value_does_not_decompress(CompressionType compression)
    {
        var file = new BlobFileBuilder(compression);
        byte[] nothing = file.Record(Key, []);
        byte[] garbage = file.Record(Key, [5, .. Value]);
        _folder.Write(file.ToArray());
        Expect(BlobOutcome.DecompressionFailed, "", nothing, Key);
        Expect(BlobOutcome.DecompressionFailed, "", garbage, Key);
    }

    [Fact]
    public void Tells_a_value_beyond_the_limit()
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

    /// <summary>A value that does not compress is stored larger than it is, and still within the limit.</summary>
    [Fact]
    public void Limits_the_value_and_not_what_compression_adds_to_it()
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
    public void Finds_what_is_added_to_an_open_file()
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

        // And it goes on in a file that has been deleted meanwhile, as long as it is open.
        File.Delete(_folder.PathOf(8));
        Assert.Equal(Value, resolver.Resolve(first, Key).Value.ToArray());
        Assert.Equal(BlobOutcome.FileMissing, _folder.Resolve(first, Key).Outcome);
    }

    [Fact]
    public void Tells_that_an_open_file_has_become_shorter()
    {
        byte[] file = One(out byte[] index);
        _folder.Write(file);
        using var resolver = new BlobResolver(_folder.FolderPath);
        Assert.True(resolver.Resolve(index, Key).IsResolved);
        using (FileStream stream = File.Open(_folder.PathOf(8), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(100);
        }

        BlobResult result = resolver.Resolve(index, Key);
        Assert.Equal(BlobOutcome.FileTruncated, result.Outcome);
    }

    [Fact]
    public void Keeps_no_more_files_open_than_it_may()
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
    public void Finds_values_without_allocating()
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
    public void Throws_when_misused()
    {
        Assert.Throws<ArgumentException>(() => new BlobResolver(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlobResolver("x", new BlobResolverOptions { MaxValueSize = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlobResolver("x", new BlobResolverOptions { MaxOpenFiles = 0 }));
        var resolver = new BlobResolver("x");
        resolver.Dispose();
        resolver.Dispose();
        Assert.Throws<ObjectDisposedException>(() => resolver.Resolve([0, 0], Key).IsResolved);
    }

    private static byte[] One(out byte[] index)
    {
        var file = new BlobFileBuilder();
        index = file.Record(Key, Value);
        return file.ToArray();
    }

    private static byte[] At(int offset, int size) => BlobFileBuilder.Index(8, (ulong)offset, (ulong)size, CompressionType.None);

    private static byte[] Stored(CompressionType compression, byte[] value)
    {
        if (compression == CompressionType.None)
        {
            return value;
        }

        var output = new MemoryStream();
        output.Write(WalBytes.Varint((uint)value.Length));
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal))
        {
            deflate.Write(value);
        }

        // The base class library writes nothing at all for nothing; an empty block is what others write.
        return value.Length == 0 ? [0, 3, 0] : output.ToArray();
    }

    private void Expect(BlobOutcome outcome, string reason, byte[] index, byte[] key)
    {
        (BlobOutcome found, _, string? told) = _folder.Resolve(index, key);
        Assert.Equal(outcome, found);
        Assert.Contains(reason, told, StringComparison.Ordinal);
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
