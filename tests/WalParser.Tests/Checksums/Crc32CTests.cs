using System.Text;
using WalParser.Checksums;

namespace WalParser.Tests.Checksums;

public class Crc32CTests
{
    /// <summary>The values are from RFC 3720, appendix B.4, and the check value of the CRC catalogues.</summary>
    public static TheoryData<byte[], uint> Published => new()
    {
        { new byte[32], 0x8A9136AA },
        { Enumerable.Repeat((byte)0xFF, 32).ToArray(), 0x62A8AB43 },
        { Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(), 0x46DD794E },
        { Enumerable.Range(0, 32).Select(i => (byte)(31 - i)).ToArray(), 0x113FDB5C },
        { Encoding.ASCII.GetBytes("123456789"), 0xE3069283 },
        { [], 0 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Checksums_equal_published_values(byte[] data, uint expected) => Assert.Equal(expected, Crc32C.Compute(data));

    /// <summary>
    /// Compares with the definition, one bit at a time, for lengths that cover all strides and runs, at every alignment.
    /// </summary>
    [Fact]
    public void Each_implementation_agrees_with_the_definition()
    {
        var random = new Random(1);
        var buffer = new byte[3000];
        random.NextBytes(buffer);
        for (int length = 0; length < 2900; length += length < 700 ? 1 : 37)
        {
            ReadOnlySpan<byte> data = buffer.AsSpan(length % 64, length);
            uint start = (uint)random.Next();
            uint expected = Definition(start, data);
            Assert.Equal(expected, Crc32CPortable.Update(start, data));
            if (Crc32CThreeWay.IsSupported)
            {
                Assert.Equal(expected, Crc32CThreeWay.Update(start, data));
            }

            if (Crc32CFolding.IsSupported)
            {
                Assert.Equal(expected, Crc32CFolding.Update(start, data));
            }
        }
    }

    [Fact]
    public void Append_continues_a_computed_checksum()
    {
        byte[] data = Encoding.ASCII.GetBytes("the quick brown fox jumps over the lazy dog");
        for (int cut = 0; cut <= data.Length; cut++)
        {
            Assert.Equal(Crc32C.Compute(data), Crc32C.Append(Crc32C.Compute(data.AsSpan(0, cut)), data.AsSpan(cut)));
        }
    }

    [Fact]
    public void Shift_is_the_same_with_and_without_carry_less_multiplication()
    {
        var random = new Random(2);
        for (int i = 0; i < 1000; i++)
        {
            uint state = (uint)random.NextInt64(), factor = (uint)random.NextInt64();
            Assert.Equal(Crc32CPolynomial.ShiftBitwise(state, factor), Crc32CPolynomial.Shift(state, factor));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xE3069283)]
    [InlineData(uint.MaxValue)]
    public void Unmask_reverses_Mask(uint crc)
    {
        Assert.NotEqual(crc, Crc32C.Mask(crc));
        Assert.Equal(crc, Crc32C.Unmask(Crc32C.Mask(crc)));
    }

    private static uint Definition(uint state, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            state ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state & 1) != 0 ? (state >> 1) ^ 0x82F63B78 : state >> 1;
            }
        }

        return state;
    }
}
