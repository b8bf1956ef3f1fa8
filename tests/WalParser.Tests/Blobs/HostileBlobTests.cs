using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.Compression;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WideColumns;

namespace WalParser.Tests.Blobs;

/// <summary>
/// With arbitrary bytes, resolving returns the right value or reports the reason for a failure, and does not allocate more than the limits.
/// </summary>
public sealed class HostileBlobTests : IDisposable
{
    private const int MaxValueSize = 64 * 1024;

    private static readonly BlobResolverOptions Options = new() { MaxValueSize = MaxValueSize };

    private readonly BlobFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A change to bytes: a run of one value, or a truncation if the length is −1.</summary>
    public sealed record Mutation(int At, byte Value, int Length)
    {
        public byte[] Apply(byte[] bytes)
        {
            int at = bytes.Length == 0 ? 0 : At % bytes.Length;
            if (Length < 0)
            {
                return bytes[..at];
            }

            byte[] mutated = [.. bytes];
            mutated.AsSpan(at, Math.Min(Length, bytes.Length - at)).Fill(Value);
            return mutated;
        }
    }

    public static Gen<Mutation> Mutations =>
        from at in Gen.Frequency((1, Gen.Choose(0, 200)), (2, Gen.Choose(0, 1_000_000)))
        from value in Gen.Choose(0, 255)
        from length in Gen.Frequency((8, Gen.Constant(1)), (2, Gen.Choose(2, 40)), (1, Gen.Constant(-1)))
        select new Mutation(at, (byte)value, length);

    [SkippableFact]
    public void Each_value_of_a_damaged_blob_file_is_right_or_refused()
    {
        List<(byte[] Index, byte[] Key)> values = Fixture("rocksdb/blob-lz4", out byte[] file);
        byte[][] expected = [.. values.Select(value => _folder.Write(file).Resolve(value.Index, value.Key).Value)];
        Prop.ForAll(
            Mutations.ArrayOf().Resize(4).ToArbitrary(),
            mutations =>
            {
                byte[] mutated = mutations.Aggregate(file, (bytes, mutation) => mutation.Apply(bytes));
                _folder.Write(mutated);
                using var resolver = new BlobResolver(_folder.FolderPath, Options);
                for (int i = 0; i < values.Count; i++)
                {
                    BlobResult result = Bounded(resolver, values[i].Index, values[i].Key);
                    Assert.True(!result.IsResolved || result.Value.SequenceEqual(expected[i]), $"Value {i} is wrong.");
                }
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20260101UL, 77UL));
    }

    [SkippableFact]
    public void The_value_of_a_damaged_blob_index_is_right_or_refused()
    {
        List<(byte[] Index, byte[] Key)> values = Fixture("rocksdb/blob-lz4", out byte[] file);
        byte[][] expected = [.. values.Select(value => _folder.Write(file).Resolve(value.Index, value.Key).Value)];
        using var resolver = new BlobResolver(_folder.FolderPath, Options);
        Prop.ForAll(
            (from at in Gen.Choose(0, values.Count - 1)
             from mutations in Mutations.ArrayOf().Resize(3)
             select (at, mutations.Aggregate(values[at].Index, (bytes, mutation) => mutation.Apply(bytes)))).ToArbitrary(),
            testCase =>
            {
                (int at, byte[] index) = testCase;
                BlobResult result = Bounded(resolver, index, values[at].Key);
                bool isRead = BlobIndex.TryRead(index, out BlobIndex read);
                Assert.Equal(!isRead, result.Outcome == BlobOutcome.InvalidIndex);
                Assert.True(!result.IsResolved || result.Value.SequenceEqual(read.IsInlined ? read.Value : expected[at]));
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000).WithReplay(20260101UL, 77UL));
    }

    /// <summary>The records have valid checksums and values that are not the output of a compressor.</summary>
    [Fact]
    public void Any_stored_value_is_decompressed_or_refused()
    {
        byte[][] seeds =
        [
            [],
            [.. WalBytes.Varint(3), .. Convert.FromHexString("28b52ffd2003190000616263")], // Zstd, raw
            [
                .. WalBytes.Varint(1 << 30), .. Convert.FromHexString("28b52ffda000000040"), // Zstd, a bomb
                .. Enumerable.Repeat((byte[])[2, 0, 0x10, 0], 40).SelectMany(block => block),
            ],
            [
                .. WalBytes.Varint(MaxValueSize), 0x1f, 0x61, 1, 0, // LZ4, a long match
                .. Enumerable.Repeat((byte)255, 256), 200, 0x50, 1, 2, 3, 4, 5,
            ],
            [.. WalBytes.Varint(12), 8, 0x61, 0x62, 0x63, 0x22, 3, 0], // Snappy
            [.. WalBytes.Varint(5), 1, 5, 0, 0xfa, 0xff, 1, 2, 3, 4, 5], // deflate, stored
            [.. WalBytes.Varint(uint.MaxValue), 1, 2, 3],
        ];
        CompressionType[] types =
        [
            CompressionType.None, CompressionType.Snappy, CompressionType.Zlib, CompressionType.Lz4, CompressionType.Lz4HC,
            CompressionType.Zstd, (CompressionType)77,
        ];
        Prop.ForAll(
            (from type in Gen.Elements(types)
             from seed in Gen.Elements(seeds)
             from mutations in Mutations.ArrayOf().Resize(3)
             select (type, mutations.Aggregate(seed, (bytes, mutation) => mutation.Apply(bytes)))).ToArbitrary(),
            testCase =>
            {
                (CompressionType type, byte[] stored) = testCase;
                var file = new BlobFileBuilder(type);
                byte[] index = file.Record("key"u8, stored);
                _folder.Write(file.ToArray());
                using var resolver = new BlobResolver(_folder.FolderPath, Options);
                BlobResult result = Bounded(resolver, index, "key"u8.ToArray());
                Assert.True(result.Outcome is BlobOutcome.Resolved or BlobOutcome.DecompressionFailed
                    or BlobOutcome.TooLarge or BlobOutcome.CompressionUnsupported);
                Assert.InRange(result.Value.Length, 0, MaxValueSize);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1500).WithReplay(20260101UL, 77UL));
    }

    /// <summary>In a sparse file any claimed size is valid, so the limit must take effect.</summary>
    [SkippableFact]
    public void A_huge_file_does_not_cause_a_huge_allocation()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The test requires sparse files.");
        var file = new BlobFileBuilder();
        file.Record("key"u8, [1, 2, 3]);
        _folder.Write(file.ToArray());
        using (FileStream stream = File.Open(_folder.PathOf(8), FileMode.Open))
        {
            stream.SetLength(1L << 40);
        }

        // No header confirms the size, so the resolver does not read the value.
        using var resolver = new BlobResolver(_folder.FolderPath);
        byte[] key = "key"u8.ToArray();
        foreach (ulong size in (ulong[])[1 << 20, 1 << 30, (1 << 30) + 1, 1ul << 39])
        {
            BlobResult result = Bounded(resolver, BlobFileBuilder.Index(8, 65, size, CompressionType.None), key);
            Assert.Equal(size > 1 << 30 ? BlobOutcome.TooLarge : BlobOutcome.SizeMismatch, result.Outcome);
        }
    }

    /// <summary>
    /// A few kilobytes can become a large value. It is held once, however often the index occurs: neither a buffer that grows nor a pool
    /// holds a second copy. The value of the next index takes its place.
    /// </summary>
    [Fact]
    public void A_large_value_is_held_once()
    {
        const int BlockSize = 128 * 1024;
        const int Blocks = 768;
        const int Size = Blocks * BlockSize;
        byte[] frame =
        [
            .. WalBytes.Varint(Size),
            .. Convert.FromHexString("28b52ffd0038"), // A frame of any size with a window of 128 KiB.
            .. Enumerable.Range(1, Blocks).SelectMany(block => (byte[])[(byte)(block == Blocks ? 3 : 2), 0, 0x10, (byte)block]),
        ];
        var file = new BlobFileBuilder(CompressionType.Zstd);
        byte[] first = file.Record("first"u8, frame);
        byte[] second = file.Record("second"u8, frame);
        _folder.Write(file.ToArray());
        using var resolver = new BlobResolver(_folder.FolderPath);
        long before = GC.GetAllocatedBytesForCurrentThread();
        (byte[], string)[] asked = [(first, "first"), (first, "first"), (second, "second"), (first, "first")];
        foreach ((byte[] index, string key) in asked)
        {
            BlobResult result = resolver.Resolve(index, System.Text.Encoding.UTF8.GetBytes(key));
            Assert.Equal((true, Size), (result.IsResolved, result.Value.Length));
            Assert.Equal(Blocks & 0xFF, result.Value[^1]);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, Size, Size + (Size / 2));
    }

    /// <summary>Resolves an index, and asserts that the allocation does not exceed the limits and some working space.</summary>
    private static BlobResult Bounded(BlobResolver resolver, byte[] index, byte[] key)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        BlobResult result = resolver.Resolve(index, key);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (4 * MaxValueSize) + (2 * 1024 * 1024));
        Assert.Equal(result.IsResolved, result.Reason is null);
        Assert.True(Enum.IsDefined(result.Outcome));
        return result;
    }

    private static List<(byte[] Index, byte[] Key)> Fixture(string folder, out byte[] file)
    {
        string path = TestFiles.PathOf(folder);
        Skip.IfNot(Directory.Exists(path), $"There is no {folder} in the test data that WALPARSER_TESTDATA names.");
        file = File.ReadAllBytes(Path.Combine(path, "000008.blob"));
        List<(byte[] Index, byte[] Key)> values = [];
        foreach (LiveKeys.Live live in LiveKeys.OfAsync(path).GetAwaiter().GetResult().Values)
        {
            if (live.Type == OperationType.PutBlobIndex)
            {
                values.Add((live.Value, live.Key));
            }
            else if (live.Type == OperationType.PutEntity && WideColumnEntity.TryRead(live.Value, out WideColumnEntity entity, out _))
            {
                foreach (WideColumn column in entity)
                {
                    if (column.IsBlobIndex)
                    {
                        values.Add((column.Value.ToArray(), live.Key));
                    }
                }
            }
        }

        Assert.True(values.Count > 50);
        return values;
    }
}
