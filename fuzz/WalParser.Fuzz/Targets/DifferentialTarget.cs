using WalParser.Findings;
using WalParser.Framing;
using WalParser.Fuzz.Mutation;
using WalParser.IO;
using WalParser.Testing.Delivery;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Reads a log in several ways: from memory, from a stream in pieces with and without asynchronous waits, from a pipe in segments, from a
/// file, and from a file that grows while it is read and is then closed. The results must be the same. The input's checksum selects the
/// recovery mode. Compressed copies are decompressed.
/// </summary>
internal sealed class DifferentialTarget : FuzzTarget
{
    private TempFile? _file;
    private TempFile? _growing;

    public override string Name => "differential";

    public override string Description => "a log from any source and in any pieces: the result is the same";

    public override IMutator? Structure { get; } = new LogMutator(new BatchMutator());

    public override (long Base, long PerByte) StepLimit => (400_000, 5000);

    public override (long Base, long PerByte) AllocationLimit => (16_000_000, 5000);

    public override void Run(byte[] input)
    {
        uint choice = Checksums.Crc32C.Compute(input);
        var random = new Random((int)choice);
        int[] sizes =
        [
            .. Enumerable.Range(0, 5).Select(_ =>
                random.Next(4) switch { 0 => 1 + random.Next(10), 1 => 32768 - random.Next(12), _ => 1 + random.Next(40_000) }),
        ];
        var options = new WalReaderOptions
        {
            FileName = "log",
            RecoveryMode = (WalRecoveryMode)(choice % 4),
            MaxRecordSize = choice / 4 % 4 == 0 ? 1000 : 1 << 20,
            LogNumber = choice / 16 % 2 == 0 ? 7 : null,
            DecompressCopies = true,
        };
        LogReading expected = LogReading.Of(WalReader.Create(new MemoryStream(input, writable: false), options));
        Compare(expected, "a stream in pieces", LogReading.Of(WalReader.Create(new PiecewiseStream(input, sizes), options)));
        var waiting = new PiecewiseStream(input, sizes, PieceTiming.Held);
        Compare(expected, "a stream that is waited for", LogReading.Of(WalReader.Create(waiting, options), waiting.Release));
        Compare(expected, "a pipe in segments", LogReading.Of(WalReader.Create(SegmentedInput.Of(input, sizes), options)));

        _file ??= new TempFile("log");
        _file.Fill(input);
        Compare(expected, "a file", LogReading.Of(WalReader.Open(_file.FilePath, options)));
        byte[] start = input[..Math.Min(input.Length, BlockSource.BlockSize)];
        if (CopyBlockSource.FormatOf(start, FragmentProbe.Instance) == CompressedCopyFormat.None)
        {
            LogReading? growing = ReadGrowing(input, sizes, options);
            if (growing is not null)
            {
                // Where decompression fails, the rest of the block is dropped. Of a block that is still being written, only the bytes
                // written so far are dropped.
                Compare(
                    expected.WithoutBytesOf(FindingKind.DecompressionFailed),
                    "a growing file",
                    growing.WithoutBytesOf(FindingKind.DecompressionFailed));
            }
        }
    }

    /// <summary>
    /// Reads the input as a file that grows. Returns null if the file is considered to be reused for a later log, of which nothing more is
    /// read: no other reader makes that distinction.
    /// </summary>
    private LogReading? ReadGrowing(byte[] input, int[] sizes, WalReaderOptions options)
    {
        _growing ??= new TempFile("growing");
        _growing.Fill([]);
        using FileStream writer = new(
            _growing.FilePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        int written = 0;
        int pieces = 0;

        // Each time the reader waits, another piece is written. After the last piece, the log is closed.
        using var log = new TailingLog(_growing.FilePath, FragmentProbe.Instance, (waiting, _) =>
        {
            if (written == input.Length)
            {
                waiting.Close();
            }
            else
            {
                int length = Math.Min(sizes[pieces++ % sizes.Length] + (input.Length / 16), input.Length - written);
                writer.Write(input, written, length);
                written += length;
            }

            return default;
        });
        var reading = LogReading.Of(WalReader.Create(log, options));
        return log.IsTakenOver ? null : reading;
    }

    private static void Compare(LogReading expected, string way, LogReading found)
    {
        bool isSame = expected.IsSameAs(found, out string difference);
        Check(isSame, way, difference);
    }
}
