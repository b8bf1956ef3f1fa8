using System.Text;
using WalParser.Blobs;
using WalParser.Compression;
using static WalParser.Tests.Blobs.BlobSamples;

namespace WalParser.Tests.Blobs;

/// <summary>
/// Each failure that a resolver reports: invalid indexes, missing, truncated and damaged files, and values that do not match.
/// </summary>
public sealed class BlobDamageTests : IDisposable
{
    private readonly BlobFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_invalid_index_is_reported() => Expect(BlobOutcome.InvalidIndex, "Unknown blob index type: 9", [9], Key);

    [Fact]
    public void A_missing_file_or_folder_is_reported()
    {
        _folder.Write(One(out byte[] index), fileNumber: 9);
        Expect(BlobOutcome.FileMissing, "no such file", index, Key);
        using var resolver = new BlobResolver(Path.Combine(_folder.FolderPath, "none"));
        BlobResult result = resolver.Resolve(index, Key);
        Assert.Equal((BlobOutcome.FileMissing, Path.Combine(_folder.FolderPath, "none", "000008.blob")), (result.Outcome, result.File));
    }

    [SkippableFact]
    public void An_unreadable_file_is_reported()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The test requires a file that cannot be read.");
        File.CreateSymbolicLink(_folder.PathOf(8), "/proc/self/mem");
        Expect(BlobOutcome.FileUnreadable, "", BlobFileBuilder.Index(8, 62, 0, CompressionType.None), []);
    }

    /// <summary>A file without a footer is reported as truncated wherever it is cut off.</summary>
    [Fact]
    public void A_truncated_file_is_reported_at_every_length()
    {
        byte[] file = One(out byte[] index);
        for (int length = 0; length < file.Length; length++)
        {
            _folder.Write(file[..length]);
            Expect(BlobOutcome.FileTruncated, length < 30 ? "header" : "end", index, Key);
        }

        Assert.Equal(Value, _folder.Write(file).Resolve(index, Key).Value);
    }

    [Theory]
    [InlineData(0, "magic")]
    [InlineData(3, "magic")]
    [InlineData(4, "version of blob file: 3")]
    [InlineData(7, "version")]
    public void A_wrong_magic_number_or_version_is_reported(int at, string reason)
    {
        byte[] file = One(out byte[] index);
        file[at] ^= 2;
        _folder.Write(file);
        Expect(BlobOutcome.InvalidFileHeader, reason, index, Key);
    }

    /// <summary>The checksums detect every flipped bit of the header and key, and one flipped bit in each byte of the value.</summary>
    [Fact]
    public void Each_flipped_bit_of_a_record_is_reported()
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
    [InlineData("the kez")] // the same length
    [InlineData("the ke")] // shorter: the header is expected at a wrong offset
    [InlineData("the key itself")] // longer
    [InlineData("a key so much longer that no record could begin before it")]
    [InlineData("")]
    public void A_wrong_key_is_reported(string key)
    {
        _folder.Write(One(out byte[] index));
        Expect(BlobOutcome.WrongKey, "another key", index, Encoding.ASCII.GetBytes(key));
    }

    /// <summary>The index of one key never resolves to the record of another key, wherever the record is.</summary>
    [Fact]
    public void A_wrong_key_among_others_is_reported()
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
    public void A_wrong_size_is_reported()
    {
        _folder.Write([.. One(out _), 0, 0, 0]);
        Expect(BlobOutcome.SizeMismatch, $"{Value.Length} bytes, the index says {Value.Length + 1}", At(69, Value.Length + 1), Key);
        Expect(BlobOutcome.SizeMismatch, "", At(69, Value.Length - 1), Key);
        Expect(BlobOutcome.SizeMismatch, "", At(69, 0), Key);
    }

    [Fact]
    public void An_offset_without_a_record_is_reported()
    {
        byte[] file = One(out _);
        _folder.Write(file);
        foreach (int offset in (int[])[0, 1, 29, 30, 61, 62, 68])
        {
            Expect(BlobOutcome.InvalidOffset, "no record", At(offset, Value.Length), Key);
        }

        Expect(BlobOutcome.HeaderChecksumMismatch, "header at 31", At(70, Value.Length - 1), Key);
        Expect(BlobOutcome.FileTruncated, "beyond the file's end", At(70, Value.Length), Key);
        (ulong, ulong)[] places = [(ulong.MaxValue, 1), (69, ulong.MaxValue), (ulong.MaxValue, ulong.MaxValue)];
        foreach ((ulong offset, ulong size) in places)
        {
            Expect(BlobOutcome.FileTruncated, "beyond the file's end", BlobFileBuilder.Index(8, offset, size, CompressionType.None), Key);
        }
    }

    [Fact]
    public void A_footer_is_not_read_as_a_record()
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

        // Not even if a record is constructed so that it overlaps the footer.
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
    public void Different_compressions_in_index_and_file_are_reported()
    {
        _folder.Write(One(out _));
        byte[] index = BlobFileBuilder.Index(8, 69, (ulong)Value.Length, CompressionType.Zstd);
        Expect(BlobOutcome.CompressionMismatch, "the index says compression Zstd, the file None", index, Key);
    }

    [Theory]
    [InlineData(CompressionType.BZip2)]
    [InlineData(CompressionType.Xpress)]
    [InlineData((CompressionType)0x63)]
    public void An_unsupported_compression_is_reported(CompressionType compression)
    {
        var file = new BlobFileBuilder(compression);
        byte[] index = file.Record(Key, Value);
        _folder.Write(file.ToArray());
        Expect(BlobOutcome.CompressionUnsupported, "no decompressor", index, Key);
    }

    [Theory]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Zlib)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Lz4HC)]
    [InlineData(CompressionType.Zstd)]
    public void A_value_that_cannot_be_decompressed_is_reported(CompressionType compression)
    {
        var file = new BlobFileBuilder(compression);
        byte[] nothing = file.Record(Key, []);
        byte[] garbage = file.Record(Key, [5, .. Value]);
        _folder.Write(file.ToArray());
        Expect(BlobOutcome.DecompressionFailed, "", nothing, Key);
        Expect(BlobOutcome.DecompressionFailed, "", garbage, Key);
    }

    private void Expect(BlobOutcome outcome, string reason, byte[] index, byte[] key)
    {
        (BlobOutcome found, _, string? foundReason) = _folder.Resolve(index, key);
        Assert.Equal(outcome, found);
        Assert.Contains(reason, foundReason, StringComparison.Ordinal);
    }
}
