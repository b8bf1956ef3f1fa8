using System.Buffers.Binary;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Manifests;

namespace WalParser.Databases;

/// <summary>
/// What a file is, according to its first bytes, to its last bytes and to its name. A file with an intact record of a WAL is a WAL
/// whatever its name is, and a file that is not certainly something else is taken for a WAL, because a WAL may be damaged anywhere.
/// </summary>
public sealed class FileContent
{
    /// <summary>The number of bytes that are read at the beginning and at the end of a file: two blocks of a log.</summary>
    internal const int SampleSize = 2 * BlockSource.BlockSize;

    private FileContent(FileFormat format, string description)
    {
        Format = format;
        Description = description;
    }

    /// <summary>The format.</summary>
    public FileFormat Format { get; }

    /// <summary>The format for people, such as "a MANIFEST" or "a gzip copy of a tar archive".</summary>
    public string Description { get; }

    /// <summary>
    /// How the whole file was converted as if it were text, for example "each line feed became CR LF"; null if nothing shows that. Parts of
    /// such a log can still be intact.
    /// </summary>
    public string? Conversion { get; private init; }

    /// <summary>
    /// Whether the content or the name shows the format; false for a file that is taken for a WAL because nothing shows what it is.
    /// </summary>
    public bool IsCertain { get; private init; } = true;

    /// <summary>Recognizes the file at a path. A named pipe, a socket or a device is not opened.</summary>
    /// <param name="path">The path.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static async Task<FileContent> RecognizeAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (RegularFile.OtherKindOf(path) is { } kind)
        {
            return new FileContent(FileFormat.NoRegularFile, kind);
        }

        byte[] first;
        byte[] last;
        using (var file = UnlockedFile.OpenStream(path))
        {
            first = await ReadAsync(file, 0, cancellationToken).ConfigureAwait(false);
            last = file.CanSeek && file.Length > first.Length
                ? await ReadAsync(file, Math.Max(0, file.Length - SampleSize), cancellationToken).ConfigureAwait(false)
                : first;
        }

        return await RecognizeAsync(Path.GetFileName(path), first, last, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Recognizes a file by its name, its first bytes and its last bytes.</summary>
    internal static async Task<FileContent> RecognizeAsync(string name, byte[] first, byte[] last, CancellationToken cancellationToken)
    {
        bool beginsWithFragment = FragmentProbe.Instance.BeginsWithFragment(first, logNumber: null);
        CompressedCopyFormat copy = beginsWithFragment ? CompressedCopyFormat.None : CompressedCopy.Recognise(first);
        if (copy != CompressedCopyFormat.None)
        {
            return await RecognizeCopyAsync(name, first, copy, cancellationToken).ConfigureAwait(false);
        }

        if (await RecognizeRecordsAsync(name, first, beginsWithFragment, cancellationToken).ConfigureAwait(false) is { } framed)
        {
            return framed;
        }

        // From here on, no record was found. A damaged log may begin with anything, but hardly with the mark of another format. Without
        // such a mark, an intact fragment anywhere shows that it is a log. (An archive may contain a log.)
        if (ForeignFormat.Recognize(first, last) is { } found)
        {
            return new FileContent(found.Format, found.Description);
        }

        FileFormat named = FileNames.FormatOf(name);
        FileContent? other = TextConversion.Recognize(first) is { } conversion
                ? new FileContent(FileFormat.ConvertedText, $"a file that was converted as text: {conversion}")
            : PlainText.Recognize(name, first, last) is { } text ? new FileContent(text.Format, text.Description)
            : named != FileFormat.Wal ? new FileContent(named, FileNames.DescriptionOf(named))
            : null;
        return other is null || (first.Length > 0 && FragmentProbe.ContainsFragment(first)) ? Log(first) : other;
    }

    private static FileContent Log(byte[] first, bool isCertain = false) =>
        new(FileFormat.Wal, "a WAL") { Conversion = TextConversion.Recognize(first), IsCertain = isCertain };

    /// <summary>Recognizes the content of a compressed copy, as far as its first bytes contain it.</summary>
    private static async Task<FileContent> RecognizeCopyAsync(
        string name, byte[] first, CompressedCopyFormat copy, CancellationToken cancellationToken)
    {
        byte[] content;
        using (Stream stream = CompressedCopy.Open(new MemoryStream(first, writable: false), copy))
        {
            content = await ReadAsync(stream, null, cancellationToken).ConfigureAwait(false);
        }

        string inner = Path.GetFileNameWithoutExtension(name);
        bool isCopyOfCopy = CompressedCopy.Recognise(content) != CompressedCopyFormat.None
            && !FragmentProbe.Instance.BeginsWithFragment(content, logNumber: null);
        string copyName = copy switch
        {
            CompressedCopyFormat.Zstd => "a Zstandard",
            CompressedCopyFormat.Lz4 => "an LZ4",
            CompressedCopyFormat.Gzip => "a gzip",
            _ => "a Snappy",
        };
        if (isCopyOfCopy)
        {
            return new FileContent(FileFormat.Foreign, $"{copyName} copy of a compressed file");
        }

        // The end of the content is not known, so it has no last bytes.
        FileContent recognized = content.Length == 0
            ? Log(content)
            : await RecognizeAsync(inner, content, [], cancellationToken).ConfigureAwait(false);
        return recognized.Format == FileFormat.Wal
            ? recognized
            : new FileContent(recognized.Format, $"{copyName} copy of {recognized.Description}");
    }

    /// <summary>
    /// Tells WALs and MANIFESTs apart, which have the same framing, by the first record. A record that is both a batch and an edit is a
    /// batch: RocksDB begins a MANIFEST with a text, whose characters are more than the sequence number of any batch. Returns null if there
    /// is no record and no fragment.
    /// </summary>
    private static async Task<FileContent?> RecognizeRecordsAsync(
        string name, byte[] first, bool beginsWithFragment, CancellationToken cancellationToken)
    {
        bool isNamedManifest = FileNames.FormatOf(name) == FileFormat.Manifest;
        bool isNamedLog = WalFileName.TryGetLogNumber(name, out _);
        bool hasShortEdit = false;
        var manifest = new FileContent(FileFormat.Manifest, FileNames.DescriptionOf(FileFormat.Manifest));
        var options = new WalReaderOptions { RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords, MaxRecordSize = SampleSize };
        await using WalReader reader = WalReader.Create(new MemoryStream(first, writable: false), options);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.Kind != WalEntryKind.Record)
            {
                continue;
            }

            ReadOnlySpan<byte> payload = reader.Record.Payload;
            bool isEdit = !reader.IsRecycled && !payload.IsEmpty && VersionEdit.Read(payload).Finding is null;
            if (payload.Length < WriteBatch.HeaderSize)
            {
                // Too short for a batch, and no proof of an edit.
                hasShortEdit |= isEdit;
                continue;
            }

            var batch = new WriteBatch(reader.Record);
            bool isBatch = batch.HasValidHeader && (batch.FindDamage() is null || (isNamedLog && !isEdit));
            return !isBatch && (isEdit || isNamedManifest) ? manifest : Log(first, isBatch);
        }

        if (!beginsWithFragment)
        {
            return null;
        }

        if (hasShortEdit)
        {
            return isNamedLog ? Log(first) : manifest;
        }

        // The beginning of a record that is longer than the sample. A batch begins with a sequence number, whose last byte is 0.
        ReadOnlySpan<byte> begun = first.AsSpan(FragmentReader.HeaderSize);
        bool beginsLikeEdit = (FragmentType)first[6] == FragmentType.First
            && begun.Length > sizeof(ulong)
            && BinaryPrimitives.ReadUInt64LittleEndian(begun) > WriteBatch.MaxSequence;
        return beginsLikeEdit && (isNamedManifest || VersionEdit.Read(begun[..Math.Min(begun.Length, 256)]).Finding is { Offset: > 0 })
            ? manifest
            : Log(first, isCertain: (FragmentType)first[6] > FragmentType.Last);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, long? offset, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[SampleSize];
        int length = 0;
        try
        {
            if (offset is { } start && stream.CanSeek)
            {
                stream.Position = start;
            }

            int read;
            while (length < bytes.Length
                && (read = await stream.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0)
            {
                length += read;
            }
        }
        catch (InvalidDataException)
        {
            // A compressed copy that is damaged, or cut off at the end of the sample, has content up to there.
        }

        return bytes[..length];
    }
}
