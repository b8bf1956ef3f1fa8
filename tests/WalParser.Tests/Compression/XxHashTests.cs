using System.Text;
using WalParser.Compression;

namespace WalParser.Tests.Compression;

public sealed class XxHashTests
{
    // As xxhsum prints them.
    [Theory]
    [InlineData("", 0x02CC5D05U, 0xEF46DB3751D8E999UL)]
    [InlineData("a", 0x550D7456U, 0xD24EC4F1A98C6E5BUL)]
    [InlineData("abc", 0x32D153FFU, 0x44BC2CF5AD770999UL)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2FU, 0xFBCEA83C8A378BF1UL)]
    public void Known_hashes(string text, uint hash32, ulong hash64)
    {
        var data = Encoding.ASCII.GetBytes(text);
        Assert.Equal(hash32, XxHash32.Hash(data));
        Assert.Equal(hash64, XxHash64.Hash(data));
    }

    [Fact]
    public void Pieces_hash_as_the_whole()
    {
        var random = new Random(1);
        var data = new byte[300];
        random.NextBytes(data);
        for (var length = 0; length <= data.Length; length++)
        {
            var hash32 = default(XxHash32);
            var hash64 = default(XxHash64);
            hash32.Reset();
            hash64.Reset();
            for (var position = 0; position < length;)
            {
                var piece = Math.Min(length - position, random.Next(1, 50));
                hash32.Append(data.AsSpan(position, piece));
                hash64.Append(data.AsSpan(position, piece));
                position += piece;
            }

            Assert.Equal(XxHash32.Hash(data.AsSpan(0, length)), hash32.ToHash());
            Assert.Equal(XxHash64.Hash(data.AsSpan(0, length)), hash64.ToHash());
        }
    }
}
