using System.Text;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Tests.Elements;

public class CborTextTests
{
    /// <summary>The examples are from RFC 8949, appendix A.</summary>
    [Theory]
    [InlineData("00", "0")]
    [InlineData("1818", "24")]
    [InlineData("1bffffffffffffffff", "18446744073709551615")]
    [InlineData("3bffffffffffffffff", "-18446744073709551616")]
    [InlineData("3903e7", "-1000")]
    [InlineData("f93c00", "1")]
    [InlineData("fa47c35000", "100000")]
    [InlineData("fb3ff199999999999a", "1.1")]
    [InlineData("f4", "false")]
    [InlineData("f6", "null")]
    [InlineData("62c3bc", "\"\\u00FC\"")]
    [InlineData("80", "[]")]
    [InlineData("8301820203820405", "[1,[2,3],[4,5]]")]
    [InlineData("a26161016162820203", "{\"a\":1,\"b\":[2,3]}")]
    [InlineData("7f657374726561646d696e67ff", "\"streaming\"")]
    [InlineData("9f018202039f0405ffff", "[1,[2,3],[4,5]]")]
    [InlineData("bf6346756ef563416d7421ff", "{\"Fun\":true,\"Amt\":-2}")]
    [InlineData("c11a514b67b0", "1363896240")]
    public void CBOR_is_converted_to_JSON(string cbor, string json) =>
        Assert.Equal(json, Encoding.UTF8.GetString(CborText.ToJson(Convert.FromHexString(cbor))!));

    [Theory]
    [InlineData("")]
    [InlineData("0000")]
    [InlineData("18")]
    [InlineData("1c")]
    [InlineData("4101")]
    [InlineData("61ff")]
    [InlineData("62c3")]
    [InlineData("9bffffffffffffffff00")]
    [InlineData("9f01")]
    [InlineData("a10101")]
    [InlineData("f97c00")]
    [InlineData("f7")]
    [InlineData("ff")]
    [InlineData("7f6161")]
    public void Bytes_that_are_not_JSON_in_CBOR_are_refused(string cbor) => Assert.Null(CborText.ToJson(Convert.FromHexString(cbor)));

    [Fact]
    public void Deep_nesting_is_refused() => Assert.Null(CborText.ToJson([.. Enumerable.Repeat((byte)0x81, 100_000), 0]));
}
