using System.Globalization;
using System.Text;
using WalParser.Coding;

namespace WalParser.Manifests;

/// <content>The fields about blob files and WALs.</content>
internal ref partial struct VersionEditDecoder
{
    private string? ReadBlobFileAddition()
    {
        if (!Varint.TryRead64(ref _rest, out ulong number))
        {
            return "Error decoding blob file number";
        }

        if (!Varint.TryRead64(ref _rest, out ulong count))
        {
            return "Error decoding total blob count";
        }

        if (!Varint.TryRead64(ref _rest, out ulong bytes))
        {
            return "Error decoding total blob bytes";
        }

        if (!TryReadBytes(ref _rest, out ReadOnlySpan<byte> method))
        {
            return "Error decoding checksum method";
        }

        if (!TryReadBytes(ref _rest, out ReadOnlySpan<byte> checksum))
        {
            return "Error decoding checksum value";
        }

        if (SkipBlobFields() is { } reason)
        {
            return reason;
        }

        if (_wanted == EditEntryKind.BlobFileAddition)
        {
            _blobFile = new BlobFileAddition(number, count, bytes, Encoding.UTF8.GetString(method), checksum.ToArray());
        }

        return Entry(EditEntryKind.BlobFileAddition);
    }

    private string? ReadBlobFileGarbage()
    {
        if (!Varint.TryRead64(ref _rest, out ulong number))
        {
            return "Error decoding blob file number";
        }

        if (!Varint.TryRead64(ref _rest, out ulong count))
        {
            return "Error decoding garbage blob count";
        }

        if (!Varint.TryRead64(ref _rest, out ulong bytes))
        {
            return "Error decoding garbage blob bytes";
        }

        _garbage = new BlobFileGarbage(number, count, bytes);
        return SkipBlobFields() ?? Entry(EditEntryKind.BlobFileGarbage);
    }

    /// <summary>Skips the custom fields of blob files. RocksDB has defined none so far.</summary>
    private string? SkipBlobFields()
    {
        while (true)
        {
            if (!Varint.TryRead32(ref _rest, out uint tag))
            {
                return "Error decoding custom field tag";
            }

            if (tag == BlobFieldsEnd)
            {
                return null;
            }

            if ((tag & BlobFieldMustBeKnown) != 0)
            {
                return "Forward incompatible custom field encountered";
            }

            if (!TryReadBytes(ref _rest, out _))
            {
                return "Error decoding custom field value";
            }
        }
    }

    private string? AddWal(string? reason, WalAddition wal)
    {
        _wal = wal;
        return reason ?? Entry(EditEntryKind.WalAddition);
    }

    /// <summary>Returns null, the result of a field that was read, after the kind of the entry in it was noted.</summary>
    private string? Entry(EditEntryKind kind)
    {
        _kind = kind;
        return null;
    }

    private static string? TryReadWalAddition(ref ReadOnlySpan<byte> body, out WalAddition wal)
    {
        wal = default;
        if (!Varint.TryRead64(ref body, out ulong logNumber))
        {
            return NoWalNumber;
        }

        ulong? syncedSize = null;
        while (true)
        {
            if (!Varint.TryRead32(ref body, out uint tag))
            {
                return "Error decoding tag";
            }

            switch (tag)
            {
                case WalFieldsEnd:
                    wal = new WalAddition(logNumber, syncedSize);
                    return null;
                case WalSyncedSize when Varint.TryRead64(ref body, out ulong size):
                    syncedSize = size;
                    break;
                case WalSyncedSize:
                    return "Error decoding WAL file size";
                default:
                    return string.Create(CultureInfo.InvariantCulture, $"Unknown tag {tag}");
            }
        }
    }
}
