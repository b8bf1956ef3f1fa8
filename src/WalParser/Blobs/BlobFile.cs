using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using WalParser.Checksums;
using WalParser.Compression;
using WalParser.IO;

namespace WalParser.Blobs;

// A blob file (RocksDB, db/blob/blob_log_format.h):
//
//   +-------------+-----------+ - - - - - - - - - - - +-------------+
//   | header (30) | record    | record ...            | footer (32) |
//   +-------------+-----------+ - - - - - - - - - - - +-------------+
//
//   header: | magic (4) | version (4) | column family (4) | flags (1) | compression (1) | expiration range (8 + 8) |
//   footer: | magic (4) | blob count (8) | expiration range (8 + 8) | CRC (4) |
//
// Integers are little-endian; magic is 2395959 and version is 1. Bit 0 of the flags means that the records have expirations. The CRC of the
// footer, a masked CRC-32C, covers the 28 bytes before it. A file that is still being written, or whose writer crashed, has no footer.

/// <summary>A blob file, open for reading without a lock: a server may write to it, rename it or delete it.</summary>
internal sealed class BlobFile : IDisposable
{
    /// <summary>The size of the header, in bytes.</summary>
    public const int HeaderSize = 30;

    private const int FooterSize = 32;
    private const uint Magic = 2395959;
    private const uint Version = 1;

    private readonly SafeFileHandle _handle;
    private long _length;

    private BlobFile(SafeFileHandle handle, string path, ulong number)
    {
        _handle = handle;
        Path = path;
        Number = number;
    }

    public string Path { get; }

    public ulong Number { get; }

    public CompressionType Compression { get; private set; }

    /// <summary>The offset past the last byte that may belong to a record, in bytes.</summary>
    public long RecordsEnd { get; private set; }

    /// <summary>Whether the file has a footer, so that it is complete and no more records follow.</summary>
    public bool HasFooter { get; private set; }

    /// <summary>Opens a file and checks its header. Returns null if the file is not a blob file.</summary>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static BlobFile? Open(string path, ulong number, out BlobOutcome outcome, out string reason)
    {
        SafeFileHandle handle = UnlockedFile.Open(path, FileOptions.RandomAccess);
        BlobFile? opened = null;
        try
        {
            var file = new BlobFile(handle, path, number);
            outcome = file.ReadHeader(out reason);
            if (outcome == BlobOutcome.Resolved)
            {
                file.ReadLength();
                opened = file;
            }

            return opened;
        }
        finally
        {
            if (opened is null)
            {
                handle.Dispose();
            }
        }
    }

    /// <summary>
    /// Returns whether bytes [<paramref name="offset"/>, <paramref name="offset"/> + <paramref name="size"/>) may belong to a record.
    /// Before it returns false, it checks whether the file has grown.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool HasRecordBytes(ulong offset, ulong size)
    {
        if (IsWithin(offset, size))
        {
            return true;
        }

        ReadLength();
        return IsWithin(offset, size);
    }

    /// <summary>
    /// Reads from <paramref name="offset"/> until <paramref name="bytes"/> is full. Returns false if the file ends first.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool TryRead(Span<byte> bytes, long offset) => Read(bytes, offset) == bytes.Length;

    public void Dispose() => _handle.Dispose();

    private bool IsWithin(ulong offset, ulong size) => size <= (ulong)RecordsEnd && offset <= (ulong)RecordsEnd - size;

    private BlobOutcome ReadHeader(out string reason)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        int read = Read(header, 0);
        if (read < HeaderSize)
        {
            reason = $"the file ends within its header, after {read} bytes";
            return BlobOutcome.FileTruncated;
        }

        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(header);
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if (magic != Magic || version != Version)
        {
            reason = magic != Magic ? $"not a blob file: its magic number is {magic}" : $"unknown version of blob file: {version}";
            return BlobOutcome.InvalidFileHeader;
        }

        Compression = (CompressionType)header[13];
        reason = "";
        return BlobOutcome.Resolved;
    }

    /// <summary>
    /// Reads the length of the file and sets the end of its records: before the footer if there is one, otherwise the end of the file.
    /// </summary>
    private void ReadLength()
    {
        long length = RandomAccess.GetLength(_handle);
        if (length == _length)
        {
            return;
        }

        HasFooter = false;
        Span<byte> footer = stackalloc byte[FooterSize];
        if (length >= HeaderSize + FooterSize && Read(footer, length - FooterSize) == FooterSize)
        {
            HasFooter = BinaryPrimitives.ReadUInt32LittleEndian(footer) == Magic
                && Crc32C.Unmask(BinaryPrimitives.ReadUInt32LittleEndian(footer[28..])) == Crc32C.Compute(footer[..28]);
        }

        _length = length;
        RecordsEnd = HasFooter ? length - FooterSize : length;
    }

    private int Read(Span<byte> bytes, long offset)
    {
        int total = 0;
        while (total < bytes.Length)
        {
            int read = RandomAccess.Read(_handle, bytes[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }
}
