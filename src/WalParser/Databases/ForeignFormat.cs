using System.Buffers.Binary;

namespace WalParser.Databases;

/// <summary>
/// Recognizes files that are certainly no logs by the constants with which they begin or end. Text is recognized by
/// <see cref="PlainText"/>.
/// </summary>
internal static class ForeignFormat
{
    private const int TarMagicOffset = 257;

    // db/blob/blob_log_format.h: kMagicNumber and kVersion1.
    private const ulong BlobFileStart = (1UL << 32) | 2395959;

    private static readonly (byte[] Start, string Description)[] Starts =
    [
        ([0x50, 0x4B, 0x03, 0x04], "a zip archive"),
        ([0x42, 0x5A, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], "a bzip2 file"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz file"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive"),
        ([0x52, 0x61, 0x72, 0x21, 0x1A, 0x07], "a rar archive"),
        ([0xD4, 0xC3, 0xB2, 0xA1, 0x02, 0x00, 0x04, 0x00], "a capture of network packets (pcap)"),
        ([0x4D, 0x3C, 0xB2, 0xA1, 0x02, 0x00, 0x04, 0x00], "a capture of network packets (pcap)"),
        ([0xA1, 0xB2, 0xC3, 0xD4, 0x00, 0x02, 0x00, 0x04], "a capture of network packets (pcap)"),
        ([0xA1, 0xB2, 0x3C, 0x4D, 0x00, 0x02, 0x00, 0x04], "a capture of network packets (pcap)"),
        ([0x0A, 0x0D, 0x0D, 0x0A], "a capture of network packets (pcapng)"),
        ([.. "SQLite format 3\0"u8], "a SQLite database"),
        ([.. "REDIS0"u8], "a snapshot of Redis (RDB)"),
        ([.. "VALKEY0"u8], "a snapshot of Valkey (RDB)"),
        ([0xFE, 0x62, 0x69, 0x6E], "a binary log of MySQL"),
        ([0x7F, 0x45, 0x4C, 0x46], "a program (ELF)"),
        ([.. "%PDF-"u8], "a PDF document"),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "a PNG picture"),
    ];

    // The numbers with which table files end (table/block_based/block_based_table_builder.cc, table/plain/plain_table_builder.cc,
    // table/cuckoo/cuckoo_table_builder.cc), each with its older one.
    private static readonly ulong[] TableFileEnds =
    [
        0x88E241B785F4CFF7, 0xDB4775248B80FB57, 0x8242229663BF9564, 0x4F3418EB7A8F13B8, 0x926789D0C5F17873,
    ];

    /// <summary>Returns the format of a file, or null if it does not have the marks of a known one.</summary>
    /// <param name="first">The first bytes of the file.</param>
    /// <param name="last">The last bytes of the file; empty if they are not known.</param>
    public static (FileFormat Format, string Description)? Recognize(ReadOnlySpan<byte> first, ReadOnlySpan<byte> last)
    {
        if (last.Length > sizeof(ulong) && TableFileEnds.Contains(BinaryPrimitives.ReadUInt64LittleEndian(last[^sizeof(ulong)..])))
        {
            return (FileFormat.TableFile, FileNames.DescriptionOf(FileFormat.TableFile));
        }

        if (first.Length >= sizeof(ulong) && BinaryPrimitives.ReadUInt64LittleEndian(first) == BlobFileStart)
        {
            return (FileFormat.BlobFile, FileNames.DescriptionOf(FileFormat.BlobFile));
        }

        foreach ((byte[] start, string description) in Starts)
        {
            if (first.StartsWith(start))
            {
                return (FileFormat.Foreign, description);
            }
        }

        return IsTar(first) ? (FileFormat.Foreign, "a tar archive")
            : IsAppendOnly(first) ? (FileFormat.Foreign, "commands of Redis (AOF)")
            : null;
    }

    private static bool IsTar(ReadOnlySpan<byte> first) =>
        first.Length > TarMagicOffset + 5 && first[TarMagicOffset..].StartsWith("ustar"u8);

    /// <summary>Returns whether a file begins with a command in the protocol of Redis: <c>*2\r\n$6\r\n</c>.</summary>
    private static bool IsAppendOnly(ReadOnlySpan<byte> first)
    {
        if (first.IsEmpty || first[0] != '*')
        {
            return false;
        }

        int digits = first[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits is > 0 and < 10 && first[(1 + digits)..].StartsWith("\r\n$"u8);
    }
}
