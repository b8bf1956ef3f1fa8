using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Keys;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Keys;

public class KeysTests
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    /// <summary>The first case is the check value of CRC-16/XMODEM.</summary>
    [Theory]
    [InlineData("123456789", 0x31C3)]
    [InlineData("", 0)]
    public void A_slot_is_the_CRC_of_the_key(string key, int crc) =>
        Assert.Equal(crc % RedisSlot.Count, RedisSlot.Of(System.Text.Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("{user1000}.following", "user1000")]
    [InlineData("foo{}{bar}", "foo{}{bar}")]
    [InlineData("foo{{bar}}zap", "{bar")]
    [InlineData("foo{bar}{zap}", "bar")]
    [InlineData("foo{bar", "foo{bar")]
    public void A_slot_is_that_of_the_hash_tag(string key, string tag)
    {
        // A text without braces is its own hash tag, and so is "{bar", whose brace is not closed.
        Assert.Equal(RedisSlot.Of(System.Text.Encoding.UTF8.GetBytes(tag)), RedisSlot.Of(System.Text.Encoding.UTF8.GetBytes(key)));
    }

    /// <summary>Slots that a server stored equal the computed slots, and keys without slots are recognized.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_detector_recognizes_whether_recorded_keys_contain_their_slot(string state)
    {
        bool isCluster = state.Contains("cluster", StringComparison.Ordinal);
        var detector = new SlotEncodingDetector();
        int metadataKeys = 0;
        foreach (byte[] payload in await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state)))
        {
            var batch = new WriteBatch(payload);
            foreach (WriteBatchOperation operation in batch)
            {
                detector.Process(operation, KvrocksColumnFamilies.Default);
                if (KvrocksColumnFamilies.Default[operation.ColumnFamily] != KvrocksColumnFamily.Metadata
                    || operation.Type != OperationType.Put)
                {
                    continue;
                }

                metadataKeys++;
                if (isCluster)
                {
                    Assert.True(MetadataKey.TryRead(operation.Key, hasSlot: true, out MetadataKey key));
                    Assert.Equal(RedisSlot.Of(key.UserKey), key.Slot);
                }
            }
        }

        // Each key of metadata is a vote; some recordings have too few.
        Assert.True(detector.IsSettled || metadataKeys < SlotEncodingDetector.VotesNeeded);
        Assert.Equal(isCluster ? SlotEncoding.On : SlotEncoding.Off, detector.Verdict);
    }

    [Fact]
    public void Sortable_doubles_keep_their_order_and_are_reversible()
    {
        Gen<double> bits = from high in Gen.Choose(int.MinValue, int.MaxValue)
                           from low in Gen.Choose(int.MinValue, int.MaxValue)
                           select BitConverter.Int64BitsToDouble(((long)high << 32) | (uint)low);
        Gen<double> any = Gen.OneOf(
            bits, Gen.Elements(0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN, double.Epsilon, -double.Epsilon));
        Prop.ForAll(any.Two().ToArbitrary(), pair =>
        {
            (double x, double y) = pair;
            Assert.Equal(
                BitConverter.DoubleToInt64Bits(x), BitConverter.DoubleToInt64Bits(SortableDouble.Decode(SortableDouble.Encode(x))));
            if (x < y)
            {
                Assert.True(SortableDouble.Encode(x) < SortableDouble.Encode(y));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
        Assert.NotEqual(SortableDouble.Encode(0), SortableDouble.Encode(-0.0));
    }

    [Fact]
    public void A_version_contains_its_time_of_creation()
    {
        var version = new KvrocksVersion((1_700_000_000_123_456UL << 11) | 5);
        Assert.Equal(new DateTimeOffset(2023, 11, 14, 22, 13, 20, 123, 456, TimeSpan.Zero), version.CreatedAt);
        Assert.Equal(5, version.Counter);
        Assert.Equal(2255, new KvrocksVersion(ulong.MaxValue).CreatedAt.Year);
    }
}
