using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Keys;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Keys;

public class KeysTests
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    /// <summary>The check value of CRC-16/XMODEM, and the specification's rules for hash tags.</summary>
    [Theory]
    [InlineData("123456789", 0x31C3)]
    [InlineData("", 0)]
    public void Slot_is_the_crc(string key, int crc) => Assert.Equal(crc % RedisSlot.Count, RedisSlot.Of(System.Text.Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("{user1000}.following", "user1000")]
    [InlineData("foo{}{bar}", "foo{}{bar}")]
    [InlineData("foo{{bar}}zap", "{bar")]
    [InlineData("foo{bar}{zap}", "bar")]
    [InlineData("foo{bar", "foo{bar")]
    public void Slot_is_that_of_the_hash_tag(string key, string tag)
    {
        // The CRC of a text without braces is the text's own; "{bar" has a brace that closes nowhere.
        Assert.Equal(RedisSlot.Of(System.Text.Encoding.UTF8.GetBytes(tag)), RedisSlot.Of(System.Text.Encoding.UTF8.GetBytes(key)));
    }

    /// <summary>A server that writes slots writes those that are computed here; other servers' keys are not taken for such.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Recorded_keys_show_whether_they_carry_their_slot(string state)
    {
        bool isCluster = state.Contains("cluster", StringComparison.Ordinal);
        var detector = new SlotEncodingDetector();
        foreach (byte[] payload in await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state)))
        {
            var batch = new WriteBatch(payload);
            foreach (WriteBatchOperation operation in batch)
            {
                detector.Take(operation, KvrocksColumnFamilies.Default);
                if (isCluster && KvrocksColumnFamilies.Default[operation.ColumnFamily] == KvrocksColumnFamily.Metadata && operation.Type == OperationType.Put)
                {
                    Assert.True(MetadataKey.TryRead(operation.Key, hasSlot: true, out MetadataKey key));
                    Assert.Equal(RedisSlot.Of(key.UserKey), key.Slot);
                }
            }
        }

        Assert.True(detector.IsSettled);
        Assert.Equal(isCluster ? SlotEncoding.On : SlotEncoding.Off, detector.Verdict);
    }

    [Fact]
    public void Doubles_sort_as_bytes_and_come_back_as_they_were()
    {
        Gen<double> bits = from high in Gen.Choose(int.MinValue, int.MaxValue)
                           from low in Gen.Choose(int.MinValue, int.MaxValue)
                           select BitConverter.Int64BitsToDouble(((long)high << 32) | (uint)low);
        Gen<double> any = Gen.OneOf(bits, Gen.Elements(0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN, double.Epsilon, -double.Epsilon));
        Prop.ForAll(any.Two().ToArbitrary(), pair =>
        {
            (double x, double y) = pair;
            Assert.Equal(BitConverter.DoubleToInt64Bits(x), BitConverter.DoubleToInt64Bits(SortableDouble.Decode(SortableDouble.Encode(x))));
            if (x < y)
            {
                Assert.True(SortableDouble.Encode(x) < SortableDouble.Encode(y));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
        Assert.NotEqual(SortableDouble.Encode(0), SortableDouble.Encode(-0.0));
    }

    [Fact]
    public void A_version_dates_the_life()
    {
        var version = new KvrocksVersion((1_700_000_000_123_456UL << 11) | 5);
        Assert.Equal(new DateTimeOffset(2023, 11, 14, 22, 13, 20, 123, 456, TimeSpan.Zero), version.CreatedAt);
        Assert.Equal(5, version.Counter);
        Assert.Equal(2255, new KvrocksVersion(ulong.MaxValue).CreatedAt.Year);
    }
}
