using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using WalParser.Checksums;
using WalParser.Compression;

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
// Integers are little-endian; magic is 2395959 and version 1. Bit 0 of the flags: the records have expirations. The footer's
// CRC, a masked CRC-32C, is over the 28 bytes before it. A file that is still written to, or whose writer crashed, has no footer.

/// <summary>
/// A blob file, open for reading only and without a lock: a server may be writing to it, renaming or deleting it.
/// </summary>
internal sealed class BlobFile : IDisposable
{
    /// <summary>The size in bytes of the header.</summary>
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

    /// <summary>Offset, in bytes, behind the last byte that may belong to a record.</summary>
    public long RecordsEnd { get; private set; }

    /// <summary>Whether the file has a footer: it is whole, and no record is to come.</summary>
    public bool HasFooter { get; private set; }

    /// <summary>Opens a file and checks its header; null if it is not a blob file.</summary>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public static BlobFile? Open(string path, ulong number, out BlobOutcome outcome, out string reason)
    {
        const FileShare NoLock = FileShare.ReadWrite | FileShare.Delete;
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, NoLock, FileOptions.RandomAccess);
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
    /// Whether bytes [<paramref name="offset"/>, <paramref name="offset"/> + <paramref name="size"/>) may belong to a record.
    /// If not, it looks whether the file has grown.
    /// </summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool HasRecordBytes(ulong offset, ulong size)
    {
        if (IsWithin(offset, size))
        {
            return true;
        }

        ReadLength();
        return IsWithin(offset, size);
    }

    /// <summary>Reads from <paramref name="offset"/> on until <paramref name="bytes"/> are full; false if the file ends before.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public bool TryRead(Span<byte> bytes, long offset) => Read(bytes, offset) == bytes.Length;

    public void Dispose() => _handle.Dispose();

    private bool IsWithin(ulong offset, ulong size) => size <= (ulong)RecordsEnd && offset <= (ulong)RecordsEnd - size;

    private BlobOutcome ReadHeader(out string reason)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        int read = Read(header, 0);
        if (read < HeaderSize)
        {
            reason = $"the file ends in its header, after {read} bytes";
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

    /// <summary>Where the records end: before the footer if there is one, else at the end of the file.</summary>
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
