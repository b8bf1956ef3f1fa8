using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Metadata;
using Made = WalParser.Kvrocks.Tests.Fixtures.MadeBatch;

namespace WalParser.Kvrocks.Tests.Decoding;

/// <summary>Operations that no recorded log contains, built as the sources of Kvrocks describe them.</summary>
public class DecoderTests
{
    [Fact]
    public void A_centroid_has_a_mean_and_a_weight()
    {
        byte[] subkey = [1, .. Made.BigEndian(SortableDouble.Encode(-2.5)), 0, 0, 0, 3];
        Assert.Equal(
            "TDigestCentroid -2.5 4 3",
            Decode(12, new byte[80], subkey, Made.BigEndian(SortableDouble.Encode(4)), item =>
                $"{item.Kind} {item.Score} {item.Weight} {item.Index}"));
    }

    [Fact]
    public void A_time_series_has_chunks_and_labels()
    {
        byte[] body = [.. new byte[16], 0, 0, 0, 0, 0, 0, .. new byte[8]];
        Assert.Equal("TimeSeriesChunk 77", Decode(13, body, [0, .. Made.BigEndian(77)], [1], item => $"{item.Kind} {item.Index}"));
        Assert.Equal(
            "TimeSeriesLabel area", Decode(13, body, [1, .. "area"u8], [1], item => $"{item.Kind} {Encoding.UTF8.GetString(item.Name)}"));
    }

    [Fact]
    public void The_value_of_a_field_that_expires_follows_its_expiry()
    {
        byte[] body = [1, .. new byte[24]];
        Assert.Equal(
            "HashField f v 1700000000000",
            Decode(2, body, "f"u8.ToArray(), [.. Made.BigEndian(1_700_000_000_000), .. "v"u8], item =>
                $"{item.Kind} {Encoding.UTF8.GetString(item.Name)} {Encoding.UTF8.GetString(item.Value)} {item.ExpiryMilliseconds}"));
        Assert.Equal("Undecodable field without its expiry", Decode(2, body, "f"u8.ToArray(), [1], item => $"{item.Kind} {item.Reason}"));
    }

    [Fact]
    public void The_common_fields_of_an_unknown_type_are_decoded()
    {
        var batch = new WriteBatch(Made.Of((Made.Put, 1, Made.MetadataKey("ns", "k"), Made.Metadata(15, 7, 9, 1, 2, 3))));
        var decoder = new KvrocksDecoder();
        decoder.BeginBatch(batch);
        foreach (WriteBatchOperation operation in batch)
        {
            DecodedOperation item = decoder.Decode(operation);
            Assert.Equal(
                (DecodedOperationKind.Metadata, (KvrocksType)15, 9ul, 7ul),
                (item.Kind, item.Type, item.Metadata.Size, item.Version!.Value.Value));
            Assert.Equal("type 15", item.Type.Name);
        }
    }

    [Theory]
    [InlineData("1", "Command String  ")]
    [InlineData("3 0 -1", "Command List LSET -1")]
    [InlineData("3 1 1 pivot with space", "Command List LINSERT 1 pivot with space")]
    [InlineData("0 8", "Command None EXPIRE ")]
    [InlineData("8 XSETID", "Command Stream XSETID ")]
    [InlineData("9 createBloomChain", "Command BloomFilter BF.RESERVE ")]
    [InlineData("9 insert", "Command BloomFilter BF.INSERT ")]
    [InlineData("13 createTimeSeries", "Command TimeSeries TS.CREATE ")]
    [InlineData("13 createDownStreamMetadata", "Command TimeSeries TS.CREATERULE ")]
    [InlineData("13 upsertDownStream", "Command TimeSeries TS.ADD ")]
    [InlineData("14 CF.RESERVE a key", "Command CuckooFilter CF.RESERVE a key")]
    [InlineData("14 CF.\u001b[2J", "Command CuckooFilter  CF.\u001b[2J")]
    [InlineData("12 insert", "Command TDigest  insert")]
    [InlineData("3 99 x", "Command List  99 x")]
    [InlineData("r 0123456789abcdef", "Server None  0123456789abcdef")]
    [InlineData("other", "Unknown None  other")]
    [InlineData("", "Unknown None  ")]
    public void Log_data_is_read_as_type_command_and_arguments(string text, string shown)
    {
        KvrocksLogData logData = KvrocksLogData.Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal(shown, $"{logData.Kind} {logData.Type} {logData.CommandName} {Encoding.UTF8.GetString(logData.CommandArguments)}");
    }

    private delegate string Show(DecodedOperation item);

    /// <summary>Decodes an element that precedes the metadata of its key, which is the order in which Kvrocks writes them.</summary>
    private static string Decode(byte type, byte[] body, byte[] subkey, byte[] value, Show show)
    {
        var batch = new WriteBatch(Made.Of(
            (Made.Put, 0, [.. Made.Subkey("k", 7, ""), .. subkey], value),
            (Made.Put, 1, Made.MetadataKey("ns", "k"), Made.Metadata(type, 7, 1, body))));
        var decoder = new KvrocksDecoder();
        decoder.BeginBatch(batch);
        foreach (WriteBatchOperation operation in batch)
        {
            return show(decoder.Decode(operation));
        }

        throw new InvalidDataException("no operation");
    }
}
