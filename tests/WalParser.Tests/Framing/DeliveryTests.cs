using System.IO.Pipelines;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Testing.Delivery;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;

namespace WalParser.Tests.Framing;

/// <summary>The result of reading does not depend on how the bytes arrive.</summary>
public class DeliveryTests
{
    private static Gen<int[]> Sizes => Gen.OneOf(
        Gen.Elements(1, 7, 32767, 32768, 32769, 100_003, int.MaxValue).Select(size => new[] { size }),
        Gen.Choose(1, 70_000).NonEmptyListOf().Select(sizes => sizes.ToArray()));

    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(150);

    private static Gen<(Logs.Log Log, int[] Sizes, WalReaderOptions Options)> Cases =>
        from log in Logs.Any
        from sizes in Sizes
        from mode in Gen.Elements(Enum.GetValues<WalRecoveryMode>())
        from limit in Gen.Elements(10, 1000, 40_000, WalReaderOptions.DefaultMaxRecordSize)
        select (log, sizes, new WalReaderOptions { LogNumber = log.Number, RecoveryMode = mode, MaxRecordSize = limit });

    [Fact]
    public void A_stream_in_any_pieces() => Check((log, sizes, options) =>
        WalReader.Create(new PiecewiseStream(log, sizes, PieceTiming.Alternating), options));

    [Fact]
    public void A_pipe_may_have_any_segments() => Check((log, sizes, options) =>
        WalReader.Create(SegmentedInput.Of(log, sizes), options));

    [Fact]
    public void A_pipe_may_be_read_while_it_is_written() => Check((log, sizes, options) =>
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        _ = Task.Run(async () =>
        {
            for (int position = 0, i = 0; position < log.Length; i++)
            {
                int length = Math.Min(sizes[i % sizes.Length], log.Length - position);
                await pipe.Writer.WriteAsync(log.AsMemory(position, length));
                position += length;
            }

            await pipe.Writer.CompleteAsync();
        });
        return WalReader.Create(pipe.Reader, options);
    });

    [Fact]
    public void A_file_may_be_read() => Check((log, sizes, options) =>
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, log);
        var input = new FileBlockSource(File.OpenRead(path), Math.Clamp(sizes[0], BlockSource.BlockSize, 1 << 20));
        File.Delete(path);
        return WalReader.Create(input, options);
    });

    private static void Check(Func<byte[], int[], WalReaderOptions, WalReader> open) =>
        Prop.ForAll(Cases.ToArbitrary(), testCase =>
        {
            List<string> expected = Transcript.OfAsync(testCase.Log.Bytes, testCase.Options).GetAwaiter().GetResult();
            List<string> found = Transcript.OfAsync(open(testCase.Log.Bytes, testCase.Sizes, testCase.Options)).GetAwaiter().GetResult();
            Assert.Equal(expected, found);
        }).Check(Config);

    /// <summary>Tests given sizes of pieces with every log, so that they do not depend on random choices.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4099)]
    [InlineData(int.MaxValue)]
    public async Task Pieces_may_have_given_sizes(int size)
    {
        foreach (string name in TestFiles.Named("*.log"))
        {
            byte[] log = await File.ReadAllBytesAsync(TestFiles.PathOf(name));
            if (log.Length < 100_000)
            {
                var options = new WalReaderOptions { FileName = name };
                Assert.Equal(
                    await Transcript.OfAsync(log, options),
                    await Transcript.OfAsync(WalReader.Create(new PiecewiseStream(log, [size], PieceTiming.Alternating), options)));
            }
        }
    }
}
