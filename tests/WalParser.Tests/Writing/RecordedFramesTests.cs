using WalParser.Compression;
using WalParser.Framing;
using WalParser.IO;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Writing;

namespace WalParser.Tests.Writing;

/// <summary>
/// The compressed logs of real servers, compressed again from their records. The frames equal those of RocksDB byte for byte, except where
/// the server's version of Zstandard (1.5.4 for RocksDB's logs) found other matches than the package's version (1.5.7).
/// </summary>
public class RecordedFramesTests
{
    /// <param name="log">The log.</param>
    /// <param name="others">The records, counted from 1, whose frames differ in the newer version of Zstandard.</param>
    [Theory]
    [InlineData("rocksdb/recycled-zstd/000012.log")]
    [InlineData("rocksdb/recycled-zstd/000016.log")]
    [InlineData("rocksdb/zstd/000004.log", 34, 46, 277)]
    [InlineData("kvrocks/zstd/db/000010.log", 80)]
    public async Task Frames_equal_those_of_RocksDB(string log, params int[] others)
    {
        string path = TestFiles.Committed(log);
        byte[] original = await File.ReadAllBytesAsync(path);
        Assert.True(WalFileName.TryGetLogNumber(path, out ulong number));
        LogLayout layout = LogLayout.Of(original, number);
        byte[] written = await CompressAgainAsync(path, layout);
        List<byte[]> theirs = FramesOf(layout);
        List<byte[]> ours = FramesOf(LogLayout.Of(written, number));
        Assert.Equal(layout.RecordCount, ours.Count);
        Assert.Equal(others, Enumerable.Range(1, ours.Count).Where(record => !ours[record - 1].SequenceEqual(theirs[record - 1])));

        // The headers of the other frames (whether there is a checksum, and the size of the content) and the checksums are also equal.
        Assert.Equal(theirs.Select(HeaderOf), ours.Select(HeaderOf));
        Assert.Equal(theirs.Select(frame => frame[^4..]), ours.Select(frame => frame[^4..]));
        if (others.Length == 0)
        {
            Assert.Equal(original[..layout.End], written);
        }
    }

    private static async Task<byte[]> CompressAgainAsync(string path, LogLayout layout)
    {
        var output = new MemoryStream();
        await using WalReader reader = WalReader.Open(path);
        bool isRecyclable = layout.Fragments.Exists(fragment =>
            fragment.Type is >= FragmentType.RecyclableFull and <= FragmentType.RecyclableLast);
        var options = new LogWriterOptions
        {
            LogNumber = reader.LogNumber,
            IsRecyclable = isRecyclable,
            CompressionType = CompressionType.Zstd,
        };
        await using (LogWriter log = LogWriter.Create(output, options, leaveOpen: true))
        {
            while (await reader.ReadAsync() && reader.Kind == WalEntryKind.Record)
            {
                log.Write(reader.Record.Payload);
            }
        }

        return output.ToArray();
    }

    private static List<byte[]> FramesOf(LogLayout layout)
    {
        List<byte[]> frames = [];
        foreach (LogLayout.Fragment fragment in layout.Fragments.Where(fragment => fragment.Type != FragmentType.SetCompressionType))
        {
            bool begins = fragment.Type
                is FragmentType.Full or FragmentType.First or FragmentType.RecyclableFull or FragmentType.RecyclableFirst;
            if (begins)
            {
                frames.Add([]);
            }

            frames[^1] = [.. frames[^1], .. fragment.Payload];
        }

        return frames;
    }

    /// <summary>
    /// Returns the header of a frame (RFC 8878, 3.1.1.1): the magic number, a descriptor, and the fields that the descriptor specifies.
    /// </summary>
    private static byte[] HeaderOf(byte[] frame)
    {
        int descriptor = frame[4];
        bool isSingleSegment = (descriptor & 0x20) != 0;
        int window = isSingleSegment ? 0 : 1;
        int contentSize = (descriptor >> 6) switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        Assert.Equal(0, descriptor & 0x03);
        return frame[..(5 + window + contentSize)];
    }
}
