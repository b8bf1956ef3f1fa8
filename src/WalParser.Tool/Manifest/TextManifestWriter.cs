using System.Globalization;
using WalParser.Findings;
using WalParser.Manifests;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Manifest;

/// <summary>
/// Writes a MANIFEST for people: a heading per edit, below it a line of its numbers and a line per file, and finally the state. Long keys
/// are cut.
/// </summary>
internal sealed class TextManifestWriter(ReportOutput output) : IManifestWriter
{
    private const int LongestKey = 64;

    private string _file = "";

    public void Begin(string path)
    {
        _file = Path.GetFileName(path);
        output.WriteLine(path, ReportOutput.Heading);
    }

    public void WriteEdit(VersionEdit edit, ManifestState state)
    {
        string family = edit.AddedColumnFamily is null && edit.ColumnFamily == 0 ? "" : $", column family {NameOf(edit, state)}";
        output.WriteLine($"offset {Grouped(edit.Offset)}{family}", ReportOutput.Heading);
        string numbers = string.Join(", ", NumbersOf(edit));
        List<string> lines = [.. FilesOf(edit), .. WalsOf(edit), .. OthersOf(edit)];
        if (numbers.Length > 0 || lines.Count == 0)
        {
            output.WriteIndented(numbers.Length > 0 ? numbers : "no change");
        }

        lines.ForEach(output.WriteIndented);
    }

    public void WriteFinding(Finding finding) => output.WriteLine($"! {FindingText.Of(finding, _file)}", ReportOutput.Damage);

    public void WriteState(ManifestState state, long damages)
    {
        if (state.FindingCount > state.Findings.Count)
        {
            output.WriteLine($"! {Grouped(state.FindingCount - state.Findings.Count)} more", ReportOutput.Damage);
        }

        output.WriteLine();
        output.WriteLine("State", ReportOutput.Heading);
        output.WriteFields(FactsOf(state));
        var table = new ReportTable(
            ("Column family", false), ("Id", true), ("Log number", true), ("Table files", true),
            ("Bytes", true), ("Files by level", false), ("Blob files", true), ("Comparator", false));
        foreach (ManifestColumnFamily family in state.ColumnFamilies)
        {
            IReadOnlyList<ManifestLevel> levels = family.Levels;
            table.Add(
                false,
                OneLine.Of(family.Name) + (family.IsDropped ? ", dropped" : ""),
                Plain(family.Id),
                Plain(family.LogNumber),
                Grouped(family.TableFiles.Count),
                Grouped(levels.Aggregate(0UL, (sum, level) => sum + level.Bytes)),
                string.Join(", ", levels.Select(level => $"{Plain(level.Level)}: {Grouped(level.FileCount)}")),
                Grouped(family.BlobFiles.Count),
                OneLine.Of(family.Comparator ?? ""));
        }

        table.Write(output);
        string families = Count(state.ColumnFamilies.Count(family => !family.IsDropped), "column family", "column families");
        output.WriteLine($"{Count(state.EditCount, "edit", "edits")} applied, {families}: "
            + (damages == 0 ? "no damage found" : Count(damages, "problem", "problems")));
    }

    private static List<(string Name, string Value, Spectre.Console.Style? Style)> FactsOf(ManifestState state)
    {
        List<(string Name, string Value, Spectre.Console.Style? Style)> facts = [];
        Add("Database id", state.DatabaseId);
        Add("Last sequence number", state.LastSequence is { } sequence ? Grouped(sequence) : "unknown");
        Add("Next file number", Plain(state.NextFileNumber) ?? "unknown");
        Add("Log number", Plain(state.LogNumber) ?? "unknown");
        Add("Min log number to keep", Plain(state.MinLogNumberToKeep) ?? "not set");
        Add("Largest column family", Plain(state.MaxColumnFamily));
        if (state.TrackedWals.Count > 0)
        {
            Add("Tracked WALs", string.Join(", ", state.TrackedWals.Select(wal =>
                Plain(wal.Key) + (wal.Value is { } size ? $" ({Count((long)size, "byte", "bytes")} synced)" : " (not synced)"))));
        }

        if (state.PendingEditCount > 0)
        {
            Add("Unfinished group",
                $"{Count(state.PendingEditCount, "edit does", "edits do")} not count, because the rest of the atomic group is missing");
        }

        return facts;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                facts.Add((name, OneLine.Of(value), null));
            }
        }
    }

    private static string NameOf(VersionEdit edit, ManifestState state)
    {
        string? name = edit.AddedColumnFamily
            ?? (state.TryGetColumnFamily(edit.ColumnFamily, out ManifestColumnFamily? family) ? family.Name : null);
        return name is null ? Plain(edit.ColumnFamily) : $"{OneLine.Of(name)}({Plain(edit.ColumnFamily)})";
    }

    private static IEnumerable<string> NumbersOf(VersionEdit edit)
    {
        (string Name, string? Value)[] fields =
        [
            ("added", edit.AddedColumnFamily is null ? null : ""),
            ("dropped", edit.DropsColumnFamily ? "" : null),
            ("database id", edit.DatabaseId),
            ("comparator", edit.Comparator),
            ("log number", Plain(edit.LogNumber)),
            ("previous log number", Plain(edit.PreviousLogNumber)),
            ("next file number", Plain(edit.NextFileNumber)),
            ("last sequence number", edit.LastSequence is { } sequence ? Grouped(sequence) : null),
            ("min log number to keep", Plain(edit.MinLogNumberToKeep)),
            ("largest column family", Plain(edit.MaxColumnFamily)),
            ("left in the atomic group", Plain(edit.RemainingInAtomicGroup)),
            ("full history timestamp low", edit.FullHistoryTimestampLow is { } low ? Convert.ToHexStringLower(low.Span) : null),
            ("timestamps not persisted", edit.PersistsUserDefinedTimestamps == false ? "" : null),
            ("subcompaction progress", edit.SubcompactionProgress is { } progress ? Count(progress.Length, "byte", "bytes") : null),
            ("last compacted MANIFEST size", edit.LastCompactedManifestFileSize is { } size ? Grouped(size) : null),
        ];
        return fields.Where(field => field.Value is not null).Select(field => OneLine.Of($"{field.Name} {field.Value}".TrimEnd()));
    }

    private static IEnumerable<string> FilesOf(VersionEdit edit) =>
    [
        .. edit.DeletedFiles.Select(file => $"delete file {Plain(file.Number)} from level {Plain(file.Level)}"),
        .. edit.NewFiles.Select(Describe),
        .. edit.CompactionCursors.Select(cursor => $"compaction cursor of level {Plain(cursor.Level)}: {Describe(cursor.Key)}"),
        .. edit.BlobFileAdditions.Select(file =>
            $"add blob file {Plain(file.Number)}: {Grouped(file.BlobCount)} blobs, {Grouped(file.BlobBytes)} bytes"),
        .. edit.BlobFileGarbages.Select(file =>
            $"garbage in blob file {Plain(file.Number)}: {Grouped(file.BlobCount)} blobs, {Grouped(file.BlobBytes)} bytes"),
    ];

    private static IEnumerable<string> WalsOf(VersionEdit edit)
    {
        foreach (WalAddition wal in edit.WalAdditions)
        {
            yield return $"track WAL {Plain(wal.LogNumber)}" + (wal.SyncedSize is { } size ? $": {Grouped(size)} bytes synced" : "");
        }

        if (edit.WalDeletion is { } number)
        {
            yield return $"track no WAL before {Plain(number)}";
        }
    }

    private static IEnumerable<string> OthersOf(VersionEdit edit) =>
        edit.Ignored.Select(field => $"unknown field {Plain(field.Tag)}: {Count(field.Size, "byte", "bytes")}, may be ignored");

    private static string Describe(NewTableFile file)
    {
        string sequences = file.SmallestSequence is null ? "" : $", sequence numbers {Range(file.SmallestSequence, file.LargestSequence)}";
        string blobs = file.OldestBlobFile is { } blob ? $", blob files from {Plain(blob)} on" : "";
        return $"add file {Plain(file.Number)} to level {Plain(file.Level)}: {Grouped(file.Size)} bytes{sequences}{blobs}, "
            + $"keys {Describe(file.Smallest)} .. {Describe(file.Largest)}";
    }

    private static string Describe(InternalKey key)
    {
        ReadOnlySpan<byte> bytes = key.UserKey.Span;
        ReadOnlySpan<byte> shown = ByteText.Shorten(bytes, LongestKey);
        string text = ByteText.IsText(shown)
            ? "'" + System.Text.Encoding.UTF8.GetString(shown) + "'"
            : ByteText.HexPrefix + Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, LongestKey)]);
        return bytes.Length > LongestKey ? $"{text}... ({Grouped(bytes.Length)} bytes)" : text;
    }

    private static string? Plain(ulong? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Plain(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Plain(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
