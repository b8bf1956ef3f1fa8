using System.Buffers;
using System.Buffers.Binary;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.Writing;

namespace WalParser.Testing.Flaws;

/// <summary>Cuts records into fragments as <see cref="LogWriter"/> does, without writing them.</summary>
internal static class RecordLayout
{
    /// <summary>Returns the fragments of a record at the current position of a log.</summary>
    /// <param name="log">The writer of the log.</param>
    /// <param name="record">The record.</param>
    /// <param name="maxPayload">The greatest length of a payload, in bytes: see <see cref="RecordFlaws.MaxPayloadLength"/>.</param>
    public static List<RecordFragment> Of(LogWriter log, ReadOnlySpan<byte> record, int maxPayload)
    {
        bool isRecyclable = log.Options.IsRecyclable;
        int headerSize = isRecyclable ? FragmentWriter.RecyclableHeaderSize : FragmentWriter.HeaderSize;
        var scratch = new FragmentWriter(new ArrayBufferWriter<byte>(), log.LogNumber ?? 0, log.Position);
        bool isCompressed = log.Options.CompressionType != CompressionType.None && !record.IsEmpty;
        ReadOnlySpan<byte> stored = isCompressed ? FrameOf(log.Options, record) : record;

        // A frame comes from the compressor in chunks, and each of them is cut by itself.
        int chunkSize = isCompressed ? FragmentWriter.BlockSize - headerSize : int.MaxValue;
        List<RecordFragment> fragments = [];
        do
        {
            ReadOnlySpan<byte> chunk = stored[..Math.Min(stored.Length, chunkSize)];
            stored = stored[chunk.Length..];
            do
            {
                scratch.FillBlockUnlessFits(headerSize);
                byte[] payload = chunk[..Cut(scratch, chunk.Length, isRecyclable, !stored.IsEmpty, maxPayload)].ToArray();
                chunk = chunk[payload.Length..];
                FragmentType type = (fragments.Count == 0, chunk.IsEmpty && stored.IsEmpty) switch
                {
                    (true, true) => FragmentType.Full,
                    (true, false) => FragmentType.First,
                    (false, false) => FragmentType.Middle,
                    (false, true) => FragmentType.Last,
                };
                type = isRecyclable ? type + (FragmentType.RecyclableFull - FragmentType.Full) : type;
                fragments.Add(new RecordFragment(type, payload));
                scratch.Write(type, payload);
            }
            while (!chunk.IsEmpty);
        }
        while (!stored.IsEmpty);

        return fragments;
    }

    private static int Cut(FragmentWriter fragments, int rest, bool isRecyclable, bool isContinued, int maxPayload)
    {
        int limited = Math.Min(rest, maxPayload);
        bool continues = isContinued || limited < rest;
        int length = fragments.PayloadLengthFor(limited, isRecyclable, continues);
        int room = fragments.LeftInBlock - (isRecyclable ? FragmentWriter.RecyclableHeaderSize : FragmentWriter.HeaderSize);
        bool endsRecord = isRecyclable && continues
            && room - length is >= FragmentWriter.HeaderSize and < FragmentWriter.RecyclableHeaderSize;

        // The limit is too small to avoid the 7 to 10 bytes that end a record, so the fragment is longer.
        return endsRecord ? Math.Min(rest, room) : length;
    }

    /// <summary>
    /// Returns the frame of a record: the payloads that a new log with the same options contains after its compression type.
    /// </summary>
    private static byte[] FrameOf(LogWriterOptions options, ReadOnlySpan<byte> record)
    {
        using var output = new MemoryStream();
        using (LogWriter log = LogWriter.Create(output, options with { Predecessor = null, TimestampSizes = [] }, leaveOpen: true))
        {
            log.Write(record);
        }

        List<byte> frame = [];
        ReadOnlySpan<byte> bytes = output.GetBuffer().AsSpan(0, (int)output.Length);
        int headerSize = options.IsRecyclable ? FragmentWriter.RecyclableHeaderSize : FragmentWriter.HeaderSize;
        for (int at = FragmentWriter.HeaderSize + sizeof(uint); at < bytes.Length;)
        {
            int left = FragmentWriter.BlockSize - (at % FragmentWriter.BlockSize);
            if (left < headerSize)
            {
                at += left;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + sizeof(uint))..]);
            frame.AddRange(bytes.Slice(at + headerSize, length));
            at += headerSize + length;
        }

        return [.. frame];
    }
}
