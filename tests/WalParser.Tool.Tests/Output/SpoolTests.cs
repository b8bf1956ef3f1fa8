using WalParser.Tool.Output;

namespace WalParser.Tool.Tests.Output;

/// <summary>Output that waits in memory, and in a file if it is much.</summary>
public class SpoolTests
{
    [Theory]
    [InlineData(10, 100)]
    [InlineData(700_000, 60)]
    [InlineData(20 << 20, 2)]
    public void Everything_that_waited_is_written_once_and_in_order(int size, int count)
    {
        using var spool = new Spool();
        for (int round = 0; round < 2; round++)
        {
            Assert.True(spool.IsEmpty);
            using var expected = new MemoryStream();
            for (int i = 0; i < count; i++)
            {
                byte[] part = new byte[size];
                new Random(i + round).NextBytes(part);
                expected.Write(part);
                spool.Write(part);
                Assert.False(spool.IsEmpty);
            }

            using var actual = new MemoryStream();
            var output = new ByteWriter(actual);
            spool.MoveTo(output);
            output.Flush();
            Assert.True(expected.ToArray().AsSpan().SequenceEqual(actual.ToArray()));
        }
    }
}
