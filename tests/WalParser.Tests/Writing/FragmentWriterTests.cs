using System.Buffers;
using WalParser.Framing;
using WalParser.TestSupport.Logs;
using WalParser.Writing;

namespace WalParser.Tests.Writing;

/// <summary>Single fragments and the rest of a block.</summary>
public class FragmentWriterTests
{
    private const int BlockSize = 32768;

    /// <summary>A trailer need not be zero, because RocksDB does not read it. A longer filling is read as a header.</summary>
    [Theory]
    [InlineData(6, false)]
    [InlineData(60, true)]
    public async Task A_block_is_filled_with_bytes_that_are_not_zero(int left, bool isDamage)
    {
        var output = new ArrayBufferWriter<byte>();
        var fragments = new FragmentWriter(output);
        byte[] first = Enumerable.Repeat((byte)'a', BlockSize - left - 7).ToArray();
        fragments.Write(FragmentType.Full, first);
        fragments.FillBlock(0xFF);
        fragments.Write(FragmentType.Full, "next"u8);
        var stream = new MemoryStream();
        new LogBuilder(stream).Record(first).Raw(Enumerable.Repeat((byte)0xFF, left).ToArray()).Record("next"u8);
        Assert.Equal(stream.ToArray(), output.WrittenSpan);
        string[] damage = isDamage ? ["BadRecordLength"] : [];
        Assert.Equal([new string('a', first.Length), .. damage, "next"], await WrittenLog.FindingsOfAsync(stream.ToArray()));
    }

    [Fact]
    public void Writing_begins_at_the_position_of_the_output()
    {
        var output = new ArrayBufferWriter<byte>();
        var fragments = new FragmentWriter(output, position: (3 * BlockSize) - 10);
        Assert.Equal(10, fragments.LeftInBlock);
        Assert.Throws<ArgumentException>(() => fragments.Write(FragmentType.Full, "long"u8));
        fragments.Write(FragmentType.First, "abc"u8);
        Assert.Equal((3 * BlockSize, BlockSize), (fragments.Position, fragments.LeftInBlock));
        fragments.FillBlock();
        Assert.Equal(10, output.WrittenCount);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FragmentWriter(output, position: -1));
    }

    /// <summary>In a recyclable log a fragment of a record that continues leaves no 7 to 10 bytes in its block.</summary>
    [Theory]
    [InlineData(100, true, 7, 93 - 4)]
    [InlineData(100, true, 10, 90 - 1)]
    [InlineData(100, true, 11, 89)]
    [InlineData(100, true, 6, 94)]
    [InlineData(100, false, 7, 93)]
    public void The_next_payload_is_as_long_as_a_record_may_have_it(int room, bool isContinued, int left, int expected)
    {
        const int HeaderSize = FragmentWriter.RecyclableHeaderSize;
        var fragments = new FragmentWriter(new ArrayBufferWriter<byte>(), position: BlockSize - HeaderSize - room);
        Assert.Equal(expected, fragments.PayloadLengthFor(room - left, isRecyclable: true, isContinued));
        Assert.Equal(room, fragments.PayloadLengthFor(room + 1, isRecyclable: true, isContinued));
        Assert.Equal(room - left, fragments.PayloadLengthFor(room - left, isRecyclable: false, isContinued));
        var full = new FragmentWriter(new ArrayBufferWriter<byte>(), position: BlockSize - HeaderSize + 1);
        Assert.Throws<InvalidOperationException>(() => full.PayloadLengthFor(1, isRecyclable: true, isContinued));
        full.FillBlockUnlessFits(HeaderSize);
        Assert.Equal(BlockSize, full.LeftInBlock);
    }
}
