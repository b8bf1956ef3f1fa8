using System.Diagnostics.CodeAnalysis;
using WalParser.Checksums;
using WalParser.Compression;
using WalParser.IO;

namespace WalParser.Blobs;

/// <summary>
/// Resolves blob indexes to their values in the blob files of a database folder.
/// <code>
/// using var resolver = new BlobResolver("/var/lib/db");
/// BlobResult result = resolver.Resolve(operation.Value, operation.Key);
/// if (result.IsResolved) { … result.Value … }
/// </code>
/// A value is returned only if both checksums of the record, its sizes and its key are correct. Any failure is reported as a
/// <see cref="BlobOutcome"/>, never as an exception. The files are opened for reading without a lock: a server may write to them. A value
/// is valid until the next call. An instance is not safe for concurrent use by multiple threads; any number of instances may read the same
/// files.
/// </summary>
public sealed class BlobResolver : IDisposable
{
    // One read suffices for most values; the rest of a larger one is read only if its header is valid.
    private const int FirstReadSize = 64 * 1024;

    // The distance before a value within which the header of a record with another key is searched, to distinguish a wrong key from a
    // damaged header.
    private const int SearchSize = 8 * 1024;

    private const string NoSuchFile = "there is no such file";

    private readonly string _folder;
    private readonly BlobResolverOptions _options;
    private readonly BlobBuffer _record;
    private readonly BlobBuffer _value;

    // The most recently used file is the last. The files are few, so a linear search suffices.
    private readonly List<BlobFile> _files = [];

    /// <summary>The last value, which is still in a buffer, or the reason why there is none.</summary>
    private readonly LastBlob _last = new();
    private bool _isDisposed;

    /// <summary>Creates a resolver for the blob files in <paramref name="folder"/>, which need not exist.</summary>
    /// <param name="folder">The database folder; for the older BlobDB, its blob folder.</param>
    /// <param name="options">The options; null for the defaults.</param>
    public BlobResolver(string folder, BlobResolverOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _options = options ?? new BlobResolverOptions();
        _options.Validate();
        _folder = folder;
        _record = new BlobBuffer(Array.MaxLength);
        _value = new BlobBuffer(_options.MaxValueSize);
    }

    /// <summary>Reads a blob index and resolves it as <see cref="Resolve(BlobIndex, ReadOnlySpan{byte})"/> does.</summary>
    /// <param name="blobIndex">The blob index, as it is in a batch or a wide column.</param>
    /// <param name="key">The key that the blob index belongs to.</param>
    public BlobResult Resolve(ReadOnlySpan<byte> blobIndex, scoped ReadOnlySpan<byte> key) =>
        BlobIndex.TryRead(blobIndex, out BlobIndex index, out string? reason)
            ? Resolve(index, key)
            : BlobResult.Failed(BlobOutcome.InvalidIndex, null, reason!);

    /// <summary>Resolves a blob index to its value. The expiration is ignored: an expired value is returned if it still exists.</summary>
    /// <param name="index">The blob index.</param>
    /// <param name="key">
    /// The key that the blob index belongs to, with which the record is located and verified; with its timestamp if the column family has
    /// user-defined timestamps.
    /// </param>
    /// <returns>The value, valid until the next call, or the reason why there is none.</returns>
    public BlobResult Resolve(BlobIndex index, scoped ReadOnlySpan<byte> key)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (index.IsInlined)
        {
            return BlobResult.Resolved(index.Value);
        }

        if (_last.Is(index, key))
        {
            return _last.Outcome != BlobOutcome.Resolved ? BlobResult.Failed(_last.Outcome, _last.File, _last.Reason!)
                : index.Compression != CompressionType.None ? BlobResult.Resolved(_value.Written, _last.File)
                : BlobResult.Resolved(_record.Written[^(int)index.Size..], _last.File);
        }

        _last.Forget();
        _record.Clear();
        _value.Clear();
        try
        {
            if (!TryGetFile(index.FileNumber, out BlobFile? file, out BlobOutcome outcome, out string reason))
            {
                return BlobResult.Failed(outcome, PathOf(index.FileNumber), reason);
            }

            BlobResult result = Resolve(file, index, key);
            _last.Keep(index, key, result);
            return result;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return BlobResult.Failed(BlobOutcome.FileMissing, PathOf(index.FileNumber), NoSuchFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // The handle may be the reason for the failure, so the next read opens the file again.
            if (IndexOf(index.FileNumber) is >= 0 and int at)
            {
                CloseAt(at);
            }

            return BlobResult.Failed(BlobOutcome.FileUnreadable, PathOf(index.FileNumber), exception.Message);
        }
    }

    /// <summary>Closes the files and returns the buffers. The last value is no longer valid.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _record.Dispose();
        _value.Dispose();
        foreach (BlobFile file in _files)
        {
            file.Dispose();
        }

        _files.Clear();
    }

    private BlobResult Resolve(BlobFile file, BlobIndex index, scoped ReadOnlySpan<byte> key)
    {
        if (!file.HasRecordBytes(index.Offset, index.Size))
        {
            return file.HasFooter
                ? Failed(BlobOutcome.InvalidOffset, file, $"{At(index)} lie beyond the file's records, which end at {file.RecordsEnd}")
                : Failed(BlobOutcome.FileTruncated, file, $"{At(index)} lie beyond the file's end at {file.RecordsEnd}");
        }

        const int FirstValueOffset = BlobFile.HeaderSize + BlobRecordHeader.Size;
        if (index.Offset < FirstValueOffset || index.Offset - FirstValueOffset < (ulong)key.Length)
        {
            return OfAnotherKey(file, index) is { } wrongKey
                ? Failed(BlobOutcome.WrongKey, file, wrongKey)
                : Failed(
                    BlobOutcome.InvalidOffset,
                    file,
                    $"no record whose key has the length {key.Length} can have its value at {index.Offset}");
        }

        if (index.Compression != file.Compression)
        {
            return Failed(
                BlobOutcome.CompressionMismatch,
                file,
                $"the index says compression {CompressionTypeName.Of(index.Compression)}, "
                    + $"the file {CompressionTypeName.Of(file.Compression)}");
        }

        if ((long)index.Size > StoredSizeLimit(index.Compression, key.Length))
        {
            return Failed(BlobOutcome.TooLarge, file, $"{At(index)} exceed the limit of {_options.MaxValueSize} bytes");
        }

        return TryReadRecord(file, index, key, out ReadOnlySpan<byte> stored, out BlobResult failure)
            ? Decompress(file, index.Compression, stored)
            : failure;
    }

    /// <summary>Reads the record into the buffer and verifies it; <paramref name="stored"/> is its value.</summary>
    private bool TryReadRecord(
        BlobFile file, BlobIndex index, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> stored, out BlobResult failure)
    {
        stored = default;
        int prefixSize = BlobRecordHeader.Size + key.Length;
        int recordSize = prefixSize + (int)index.Size;
        long offset = (long)index.Offset - prefixSize;
        if (!TryReadOn(file, offset, Math.Min(recordSize, Math.Max(prefixSize, FirstReadSize))))
        {
            failure = Failed(BlobOutcome.FileTruncated, file, "the file has become shorter");
            return false;
        }

        if (!BlobRecordHeader.TryRead(_record.Written[..BlobRecordHeader.Size], out BlobRecordHeader header))
        {
            failure = OfAnotherKey(file, index) is { } wrongKey
                ? Failed(BlobOutcome.WrongKey, file, wrongKey)
                : Failed(BlobOutcome.HeaderChecksumMismatch, file, $"the checksum of the record's header at {offset} is wrong");
            return false;
        }

        if (header.KeySize != (ulong)key.Length)
        {
            failure = Failed(
                BlobOutcome.WrongKey, file, $"the record at {offset} belongs to another key, of {header.KeySize} bytes");
            return false;
        }

        if (header.ValueSize != index.Size)
        {
            failure = Failed(
                BlobOutcome.SizeMismatch,
                file,
                $"the record at {offset} has a value of {header.ValueSize} bytes, the index says {index.Size}");
            return false;
        }

        if (!TryReadOn(file, offset, recordSize))
        {
            failure = Failed(BlobOutcome.FileTruncated, file, "the file has become shorter");
            return false;
        }

        ReadOnlySpan<byte> keyAndValue = _record.Written[BlobRecordHeader.Size..];
        if (Crc32C.Compute(keyAndValue) != header.BlobCrc)
        {
            failure = Failed(BlobOutcome.BlobChecksumMismatch, file, $"the checksum of the record's key and value at {offset} is wrong");
            return false;
        }

        if (!keyAndValue[..key.Length].SequenceEqual(key))
        {
            failure = Failed(BlobOutcome.WrongKey, file, $"the record at {offset} belongs to another key");
            return false;
        }

        stored = keyAndValue[key.Length..];
        failure = default;
        return true;
    }

    /// <summary>Reads more of the record until the buffer contains <paramref name="size"/> bytes of it.</summary>
    private bool TryReadOn(BlobFile file, long offset, int size)
    {
        int missing = size - _record.Length;
        if (missing == 0)
        {
            return true;
        }

        if (!file.TryRead(_record.GetSpan(missing)[..missing], offset + _record.Length))
        {
            return false;
        }

        _record.Advance(missing);
        return true;
    }

    private BlobResult Decompress(BlobFile file, CompressionType compression, ReadOnlySpan<byte> stored)
    {
        if (compression == CompressionType.None)
        {
            return BlobResult.Resolved(stored, file.Path);
        }

        DecompressionResult result = _options.Decompressors.Decompress(compression, stored, _value, _options.MaxValueSize);
        return result.Status switch
        {
            DecompressionStatus.Done => BlobResult.Resolved(_value.Written, file.Path),
            DecompressionStatus.OutputLimitExceeded => Failed(BlobOutcome.TooLarge, file, result.Reason!),
            DecompressionStatus.Unsupported => Failed(BlobOutcome.CompressionUnsupported, file, result.Reason!),
            _ => Failed(BlobOutcome.DecompressionFailed, file, result.Reason ?? result.Status.ToString()),
        };
    }

    /// <summary>
    /// If there is no header at the position that the length of the key determines: searches for a header that matches another length, and
    /// returns a message about it. Returns null if there is none. It does not find keys of more than a few kilobytes.
    /// </summary>
    private string? OfAnotherKey(BlobFile file, BlobIndex index)
    {
        long start = Math.Max(BlobFile.HeaderSize, (long)index.Offset - SearchSize);
        int size = (int)Math.Max(0, (long)index.Offset - start);
        _record.Clear();
        return TryReadOn(file, start, size) && BlobRecordHeader.TryFind(_record.Written, index.Size, out int keySize)
            ? $"the record whose value is at {index.Offset} belongs to another key, of {keySize} bytes"
            : null;
    }

    /// <summary>Incompressible data grows when it is compressed, most with Snappy: by one sixth.</summary>
    private long StoredSizeLimit(CompressionType compression, int keySize)
    {
        long limit = _options.MaxValueSize;
        if (compression != CompressionType.None)
        {
            limit += (limit / 6) + 64;
        }

        return Math.Min(limit, (long)Array.MaxLength - BlobRecordHeader.Size - keySize);
    }

    private bool TryGetFile(ulong number, [NotNullWhen(true)] out BlobFile? file, out BlobOutcome outcome, out string reason)
    {
        outcome = BlobOutcome.Resolved;
        reason = "";
        int at = IndexOf(number);
        if (at >= 0)
        {
            file = _files[at];
            _files.RemoveAt(at);
            _files.Add(file);
            return true;
        }

        // Check whether the file exists first, because an exception costs more than everything else.
        string path = PathOf(number);
        if (!File.Exists(path) || !RegularFile.Is(path))
        {
            file = null;
            outcome = BlobOutcome.FileMissing;
            reason = NoSuchFile;
            return false;
        }

        file = BlobFile.Open(path, number, out outcome, out reason);
        if (file is null)
        {
            return false;
        }

        if (_files.Count == _options.MaxOpenFiles)
        {
            CloseAt(0);
        }

        _files.Add(file);
        return true;
    }

    private int IndexOf(ulong number)
    {
        for (int i = _files.Count - 1; i >= 0; i--)
        {
            if (_files[i].Number == number)
            {
                return i;
            }
        }

        return -1;
    }

    private void CloseAt(int index)
    {
        _files[index].Dispose();
        _files.RemoveAt(index);
    }

    private string PathOf(ulong number) => Path.Combine(_folder, BlobFileName.Of(number));

    private static string At(BlobIndex index) => $"the {index.Size} bytes at {index.Offset}";

    private static BlobResult Failed(BlobOutcome outcome, BlobFile file, string reason) => BlobResult.Failed(outcome, file.Path, reason);
}
