using System.Buffers;
using System.Text.Json;
using WalParser.Findings;
using WalParser.Manifests;
using WalParser.Tool.Output;

namespace WalParser.Tool.Manifest;

/// <summary>Writes a MANIFEST for programs: one JSON object per line, with bytes as hex and without fields that are not set.</summary>
internal sealed class JsonLinesManifestWriter : IManifestWriter, IDisposable
{
    private const int LongestPart = 64 * 1024;

    private readonly ByteWriter _output;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json;
    private string _file = "";

    public JsonLinesManifestWriter(ByteWriter output)
    {
        _output = output;
        _json = new Utf8JsonWriter(_line, JsonStyle.Line);
    }

    public void Begin(string path)
    {
        _file = Path.GetFileName(path);
        Start("manifest");
        _json.WriteString("file", _file);
        End();
    }

    public void WriteEdit(VersionEdit edit, ManifestState state)
    {
        Start("edit");
        _json.WriteNumber("offset", edit.Offset);
        WriteText("databaseId", edit.DatabaseId);
        WriteText("comparator", edit.Comparator);
        WriteNumber("logNumber", edit.LogNumber);
        WriteNumber("previousLogNumber", edit.PreviousLogNumber);
        WriteNumber("nextFileNumber", edit.NextFileNumber);
        WriteNumber("lastSequence", edit.LastSequence);
        WriteNumber("minLogNumberToKeep", edit.MinLogNumberToKeep);
        WriteNumber("maxColumnFamily", edit.MaxColumnFamily);
        _json.WriteNumber("columnFamily", edit.ColumnFamily);
        WriteText(
            "addedColumnFamily",
            edit.AddedColumnFamily is { } added ? FamilyNameText.Of(added, edit.AddedColumnFamilyBytes!.Value.Span) : null);
        if (edit.DropsColumnFamily)
        {
            _json.WriteBoolean("dropsColumnFamily", true);
        }

        WriteNumber("remainingInAtomicGroup", edit.RemainingInAtomicGroup);
        WriteList("deletedFiles", edit.DeletedFiles, WriteDeletedFile);
        WriteList("newFiles", edit.NewFiles, WriteNewFile);
        WriteList("compactionCursors", edit.CompactionCursors, WriteCursor);
        WriteList("blobFileAdditions", edit.BlobFileAdditions, WriteBlobFile);
        WriteList("blobFileGarbages", edit.BlobFileGarbages, WriteGarbage);
        WriteList("walAdditions", edit.WalAdditions, WriteWal);
        WriteNumber("walDeletion", edit.WalDeletion);
        WriteBytes("fullHistoryTimestampLow", edit.FullHistoryTimestampLow);
        if (edit.PersistsUserDefinedTimestamps is { } persists)
        {
            _json.WriteBoolean("persistsUserDefinedTimestamps", persists);
        }

        WriteBytes("subcompactionProgress", edit.SubcompactionProgress);
        WriteNumber("lastCompactedManifestFileSize", edit.LastCompactedManifestFileSize);
        WriteList("ignored", edit.Ignored, WriteIgnored);
        End();
    }

    public void WriteFinding(Finding finding) => FindingJson.WriteLine(_output, finding, finding.File ?? _file);

    public void WriteState(ManifestState state, long problems, NextLines next)
    {
        foreach (ManifestColumnFamily family in state.ColumnFamilies)
        {
            WriteFamily(family);
        }

        Start("state");
        _json.WriteNumber("edits", state.EditCount);
        WriteText("databaseId", state.DatabaseId);
        WriteNumber("logNumber", state.LogNumber);
        WriteNumber("previousLogNumber", state.PreviousLogNumber);
        WriteNumber("nextFileNumber", state.NextFileNumber);
        WriteNumber("lastSequence", state.LastSequence);
        WriteNumber("minLogNumberToKeep", state.MinLogNumberToKeep);
        _json.WriteNumber("maxColumnFamily", state.MaxColumnFamily);
        WriteList("trackedWals", [.. state.TrackedWals.Select(wal => new WalAddition(wal.Key, wal.Value))], WriteWal);
        _json.WriteNumber("pendingEdits", state.PendingEditCount);
        _json.WriteNumber("problems", problems);
        End();
        _output.Flush();
    }

    public void Dispose() => _json.Dispose();

    private void WriteFamily(ManifestColumnFamily family)
    {
        Start("columnFamily");
        _json.WriteNumber("id", family.Id);
        _json.WriteString("name", FamilyNameText.Of(family.Name, family.NameBytes.Span));
        _json.WriteBoolean("dropped", family.IsDropped);
        WriteText("comparator", family.Comparator);
        _json.WriteNumber("logNumber", family.LogNumber);
        WriteBytes("fullHistoryTimestampLow", family.FullHistoryTimestampLow);
        _json.WriteNumber("tableFiles", family.TableFiles.Count);
        WriteList("levels", family.Levels, level =>
        {
            _json.WriteNumber("level", level.Level);
            _json.WriteNumber("files", level.FileCount);
            _json.WriteNumber("bytes", level.Bytes);
        });
        WriteList("blobFiles", family.BlobFiles, file =>
        {
            _json.WriteNumber("number", file.Number);
            _json.WriteNumber("blobs", file.BlobCount);
            _json.WriteNumber("bytes", file.BlobBytes);
            _json.WriteNumber("garbageBlobs", file.GarbageCount);
            _json.WriteNumber("garbageBytes", file.GarbageBytes);
        });
        End();
    }

    private void WriteDeletedFile(DeletedTableFile file)
    {
        _json.WriteNumber("level", file.Level);
        _json.WriteNumber("number", file.Number);
    }

    private void WriteNewFile(NewTableFile file)
    {
        _json.WriteNumber("level", file.Level);
        _json.WriteNumber("number", file.Number);
        _json.WriteNumber("size", file.Size);
        WriteKey("smallest", file.Smallest);
        WriteKey("largest", file.Largest);
        WriteNumber("smallestSequence", file.SmallestSequence);
        WriteNumber("largestSequence", file.LargestSequence);
        WriteNumber("pathId", file.PathId == 0 ? null : file.PathId);
        if (file.IsMarkedForCompaction)
        {
            _json.WriteBoolean("markedForCompaction", true);
        }

        WriteNumber("oldestBlobFile", file.OldestBlobFile);
        WriteNumber("oldestAncestorTime", file.OldestAncestorTimeSeconds);
        WriteNumber("creationTime", file.CreationTimeSeconds);
        WriteNumber("epochNumber", file.EpochNumber);
        WriteText("checksumFunction", file.ChecksumFunction);
        WriteIfAny("checksum", file.Checksum);
        WriteNumber("temperature", file.Temperature);
        WriteIfAny("minTimestamp", file.MinTimestamp);
        WriteIfAny("maxTimestamp", file.MaxTimestamp);
        WriteIfAny("uniqueId", file.UniqueId);
        WriteNumber("compensatedRangeDeletionSize", file.CompensatedRangeDeletionSize);
        WriteNumber("tailSize", file.TailSize);
        if (!file.HasUserDefinedTimestamps)
        {
            _json.WriteBoolean("hasUserDefinedTimestamps", false);
        }

        WriteIfAny("openMetadata", file.OpenMetadata);
        WriteList("ignored", file.Ignored, WriteIgnored);
    }

    private void WriteCursor(CompactionCursor cursor)
    {
        _json.WriteNumber("level", cursor.Level);
        WriteKey("key", cursor.Key);
    }

    private void WriteBlobFile(BlobFileAddition file)
    {
        _json.WriteNumber("number", file.Number);
        _json.WriteNumber("blobs", file.BlobCount);
        _json.WriteNumber("bytes", file.BlobBytes);
        if (file.ChecksumMethod.Length > 0)
        {
            _json.WriteString("checksumMethod", file.ChecksumMethod);
        }

        WriteIfAny("checksum", file.Checksum);
    }

    private void WriteGarbage(BlobFileGarbage file)
    {
        _json.WriteNumber("number", file.Number);
        _json.WriteNumber("blobs", file.BlobCount);
        _json.WriteNumber("bytes", file.BlobBytes);
    }

    private void WriteWal(WalAddition wal)
    {
        _json.WriteNumber("logNumber", wal.LogNumber);
        WriteNumber("syncedSize", wal.SyncedSize);
    }

    private void WriteIgnored(IgnoredField field)
    {
        _json.WriteNumber("tag", field.Tag);
        _json.WriteNumber("size", field.Size);
    }

    private void WriteKey(string name, InternalKey key)
    {
        _json.WriteStartObject(name);
        _json.WriteString("key", Convert.ToHexStringLower(key.UserKey.Span));
        _json.WriteNumber("sequence", key.Sequence);
        _json.WriteNumber("type", key.ValueType);
        _json.WriteEndObject();
    }

    private void WriteList<T>(string name, IReadOnlyList<T> items, Action<T> write)
    {
        if (items.Count == 0)
        {
            return;
        }

        _json.WriteStartArray(name);
        foreach (T item in items)
        {
            _json.WriteStartObject();
            write(item);
            _json.WriteEndObject();
            if (_json.BytesPending + _line.WrittenCount > LongestPart)
            {
                // An edit may have millions of items, so a line is not collected.
                WritePart();
            }
        }

        _json.WriteEndArray();
    }

    private void WriteNumber(string name, ulong? number)
    {
        if (number is { } value)
        {
            _json.WriteNumber(name, value);
        }
    }

    private void WriteText(string name, string? text)
    {
        if (text is not null)
        {
            _json.WriteString(name, text);
        }
    }

    private void WriteBytes(string name, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is { } value)
        {
            _json.WriteString(name, Convert.ToHexStringLower(value.Span));
        }
    }

    private void WriteIfAny(string name, ReadOnlyMemory<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            WriteBytes(name, bytes);
        }
    }

    private void Start(string kind)
    {
        _json.WriteStartObject();
        _json.WriteString("kind", kind);
    }

    private void End()
    {
        _json.WriteEndObject();
        WritePart();
        _output.Write((byte)'\n');
        _json.Reset();
    }

    private void WritePart()
    {
        _json.Flush();
        _output.Write(_line.WrittenSpan);
        _line.ResetWrittenCount();
    }
}
