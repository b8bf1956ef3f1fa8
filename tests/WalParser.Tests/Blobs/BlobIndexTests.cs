using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Compression;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Blobs;

/// <summary>Valid and invalid blob indexes of all three types.</summary>
public class BlobIndexTests
{
    [Fact]
    public void A_blob_is_read()
    {
        Assert.True(BlobIndex.TryRead(Convert.FromHexString("0107d2096304"), out BlobIndex index, out string? reason));
        Assert.Null(reason);
        Assert.Equal((BlobIndexType.Blob, false), (index.Type, index.IsInlined));
        Assert.Equal((7ul, 1234ul, 99ul, CompressionType.Lz4), (index.FileNumber, index.Offset, index.Size, index.Compression));
        Assert.Null(index.ExpirationSeconds);
        Assert.True(index.Value.IsEmpty);
    }

    [Fact]
    public void A_blob_with_an_expiration_is_read()
    {
        Assert.True(BlobIndex.TryRead(Convert.FromHexString("0280a4a7da06084d3701"), out BlobIndex index));
        Assert.Equal((BlobIndexType.BlobTtl, false), (index.Type, index.IsInlined));
        Assert.Equal((8ul, 77ul, 55ul, CompressionType.Snappy), (index.FileNumber, index.Offset, index.Size, index.Compression));
        Assert.Equal(1_800_000_000ul, index.ExpirationSeconds);
    }

    [Fact]
    public void An_inlined_value_is_read_in_place()
    {
        byte[] bytes = Convert.FromHexString("0080a4a7da06696e6c696e65642076616c7565");
        Assert.True(BlobIndex.TryRead(bytes, out BlobIndex index));
        Assert.Equal((BlobIndexType.InlinedTtl, true), (index.Type, index.IsInlined));
        Assert.Equal(1_800_000_000ul, index.ExpirationSeconds);
        Assert.Equal("inlined value", Encoding.ASCII.GetString(index.Value));
        Assert.True(bytes.AsSpan(6) == index.Value);
    }

    [Theory]
    [InlineData("", "no bytes")]
    [InlineData("0307d2096304", "Unknown blob index type: 3")]
    [InlineData("ff", "Unknown blob index type: 255")]
    [InlineData("00", "Corrupted expiration")]
    [InlineData("0080", "Corrupted expiration")]
    [InlineData("02ffffffffffffffffffff01", "Corrupted expiration")] // an eleventh byte
    [InlineData("01", "Corrupted blob offset")]
    [InlineData("0107d209", "Corrupted blob offset")]
    [InlineData("0107d20963", "Corrupted blob offset")] // no compression
    [InlineData("0107d209630400", "Corrupted blob offset")] // a byte after the compression
    [InlineData("0280a4a7da06084d37", "Corrupted blob offset")]
    public void An_index_that_RocksDB_refuses_is_refused_for_the_same_reason(string hex, string reason)
    {
        Assert.False(BlobIndex.TryRead(Convert.FromHexString(hex), out _));
        Assert.False(BlobIndex.TryRead(Convert.FromHexString(hex), out _, out string? actual));
        Assert.Equal($"Error while decoding blob index: {reason}", actual);
    }

    [Fact]
    public void The_largest_numbers_are_read()
    {
        const ulong Max = ulong.MaxValue;
        byte[] bytes = BlobFileBuilder.Index(Max, Max - 1, Max - 2, (CompressionType)255, Max - 3);
        Assert.True(BlobIndex.TryRead(bytes, out BlobIndex index));
        Assert.Equal((Max, Max - 1, Max - 2), (index.FileNumber, index.Offset, index.Size));
        Assert.Equal(((CompressionType)255, Max - 3), (index.Compression, index.ExpirationSeconds));
    }

    [Fact]
    public void Any_numbers_are_read_as_they_were_written() =>
        Prop.ForAll(
            Numbers.Four().ToArbitrary(),
            numbers =>
            {
                (ulong file, ulong offset, ulong size, ulong expiration) = numbers;
                byte[] bytes = BlobFileBuilder.Index(file, offset, size, CompressionType.Zstd, expiration);
                Assert.True(BlobIndex.TryRead(bytes, out BlobIndex index));
                Assert.Equal((file, offset, size), (index.FileNumber, index.Offset, index.Size));
                Assert.Equal((CompressionType.Zstd, expiration), (index.Compression, index.ExpirationSeconds));
            })
            .Check(Config.QuickThrowOnFailure.WithReplay(20260101UL, 77UL));

    [Fact]
    public void Any_numbers_are_serialized_as_by_an_independent_builder() =>
        Prop.ForAll(
            Numbers.Four().ToArbitrary(),
            numbers =>
            {
                (ulong file, ulong offset, ulong size, ulong expiration) = numbers;
                Assert.Equal(
                    BlobFileBuilder.Index(file, offset, size, CompressionType.Zstd, expiration),
                    BlobIndex.InFile(file, offset, size, CompressionType.Zstd, expiration).ToArray());
                Assert.Equal(
                    BlobFileBuilder.Index(file, offset, size, CompressionType.Lz4),
                    BlobIndex.InFile(file, offset, size, CompressionType.Lz4).ToArray());
                Assert.Equal([0, .. WalBytes.Varint(expiration), 7, 8], BlobIndex.Inlined([7, 8], expiration).ToArray());
            })
            .Check(Config.QuickThrowOnFailure.WithReplay(20260101UL, 77UL));

    [Fact]
    public void An_index_is_not_serialized_if_the_destination_is_too_small() =>
        Assert.Throws<ArgumentException>(() => BlobIndex.InFile(7, 1234, 99, CompressionType.Lz4).WriteTo(new byte[5]));

    /// <summary>Each blob index in the recorded logs is read and serialized again.</summary>
    [Fact]
    public async Task Blob_indexes_are_serialized_as_by_RocksDB()
    {
        List<byte[]> values = await Logs.ReadRecordedValuesAsync(
            OperationType.PutBlobIndex, Directory.EnumerateFiles(TestFiles.Committed("rocksdb/blob-zstd"), "*.log"));
        Assert.True(values.Count > 0, "The recorded logs contain no blob index.");
        foreach (byte[] value in values)
        {
            Assert.True(BlobIndex.TryRead(value, out BlobIndex index));
            BlobIndex again = index.IsInlined
                ? BlobIndex.Inlined(index.Value, index.ExpirationSeconds!.Value)
                : BlobIndex.InFile(index.FileNumber, index.Offset, index.Size, index.Compression, index.ExpirationSeconds);
            Assert.Equal(value, again.ToArray());
        }
    }

    // Returns numbers of all lengths.
    private static Gen<ulong> Numbers =>
        from bits in Gen.Choose(0, 64)
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        select bits == 0 ? 0 : (((ulong)high << 33) ^ (ulong)low) >> (64 - bits);

    [Theory]
    [InlineData(0, "000000.blob")]
    [InlineData(8, "000008.blob")]
    [InlineData(1234567, "1234567.blob")]
    [InlineData(ulong.MaxValue, "18446744073709551615.blob")]
    public void Blob_files_are_named_as_by_RocksDB(ulong number, string name)
    {
        Assert.Equal(name, BlobFileName.Of(number));
        Assert.True(BlobFileName.TryGetFileNumber(Path.Combine("folder", name), out ulong read));
        Assert.Equal(number, read);
    }

    [Theory]
    [InlineData("000008.log")]
    [InlineData(".blob")]
    [InlineData("-00008.blob")]
    [InlineData("000008.blob.old")]
    [InlineData("18446744073709551616.blob")]
    public void Other_names_are_not_blob_files(string name) => Assert.False(BlobFileName.TryGetFileNumber(name, out _));
}
