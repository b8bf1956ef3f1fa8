using System.Globalization;
using Spectre.Console;
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
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"offset {edit.Offset}{family}"), ReportOutput.Heading);
        string numbers = string.Join(", ", NumbersOf(edit));
        if (numbers.Length > 0)
        {
            output.WriteIndented(numbers);
        }

        // An edit may have millions of lines, so they are not collected.
        bool hasLine = false;
        foreach (string line in FilesOf(edit).Concat(WalsOf(edit)).Concat(OthersOf(edit)))
        {
            hasLine = true;
            output.WriteIndented(line);
        }

        if (numbers.Length == 0 && !hasLine)
        {
            output.WriteIndented("no change");
        }
    }

    public void WriteFinding(Finding finding) => output.WriteLine(
        $"! {FindingText.Of(finding, finding.File ?? _file)}",
        finding.Severity == FindingSeverity.Note ? Style.Plain : ReportOutput.Damage);

    public void WriteState(ManifestState state, long problems, NextLines next)
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
                ShownText.OfName(FamilyNameText.Of(family.Name, family.NameBytes.Span)) + (family.IsDropped ? ", dropped" : ""),
                Plain(family.Id),
                Plain(family.LogNumber),
                Grouped(family.TableFiles.Count),
                Grouped(levels.Aggregate(0UL, (sum, level) => sum + level.Bytes)),
                string.Join(", ", levels.Select(level => $"{Plain(level.Level)}: {Grouped(level.FileCount)}")),
                Grouped(family.BlobFiles.Count),
                ShownText.OfName(family.Comparator ?? ""));
        }

        table.Write(output);
        string families = Count(state.ColumnFamilies.Count(family => !family.IsDropped), "column family", "column families");
        output.WriteLine($"{Count(state.EditCount, "edit", "edits")} applied, {families}: "
            + (problems == 0 ? "no damage found" : Count(problems, "problem", "problems")));
        foreach (string line in next.All)
        {
            output.WriteLine(line);
        }
    }

    private static List<(string Name, string Value, Spectre.Console.Style? Style)> FactsOf(ManifestState state)
    {
        List<(string Name, string Value, Spectre.Console.Style? Style)> facts = [];
        Add("Database id", NameOf(state.DatabaseId));
        Add("Last sequence number", state.LastSequence is { } sequence ? Grouped(sequence) : "unknown");
        Add("Next file number", Plain(state.NextFileNumber) ?? "unknown");
        Add("Log number", Plain(state.LogNumber) ?? "unknown");
        Add("Min log number to keep", Plain(state.MinLogNumberToKeep) ?? "not set");
        Add("Largest column family", Plain(state.MaxColumnFamily));
        if (state.TrackedWals.Count > 0)
        {
            Add("Tracked WALs", string.Join(", ", state.TrackedWals.Select(wal =>
                Plain(wal.Key) + (wal.Value is { } size ? $" ({Count(size, "byte")} synced)" : " (not synced)"))));
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
                facts.Add((name, value, null));
            }
        }
    }

    private static string NameOf(VersionEdit edit, ManifestState state)
    {
        string? name = edit.AddedColumnFamily is { } added ? FamilyNameText.Of(added, edit.AddedColumnFamilyBytes!.Value.Span)
            : state.TryGetColumnFamily(edit.ColumnFamily, out ManifestColumnFamily? family)
                ? FamilyNameText.Of(family.Name, family.NameBytes.Span)
            : null;
        return name is null ? Plain(edit.ColumnFamily) : $"{ShownText.OfName(name)}({Plain(edit.ColumnFamily)})";
    }

    private static IEnumerable<string> NumbersOf(VersionEdit edit)
    {
        (string Name, string? Value)[] fields =
        [
            ("added", edit.AddedColumnFamily is null ? null : ""),
            ("dropped", edit.DropsColumnFamily ? "" : null),
            ("database id", NameOf(edit.DatabaseId)),
            ("comparator", NameOf(edit.Comparator)),
            ("log number", Plain(edit.LogNumber)),
            ("previous log number", Plain(edit.PreviousLogNumber)),
            ("next file number", Plain(edit.NextFileNumber)),
            ("last sequence number", edit.LastSequence is { } sequence ? Grouped(sequence) : null),
            ("min log number to keep", Plain(edit.MinLogNumberToKeep)),
            ("largest column family", Plain(edit.MaxColumnFamily)),
            ("left in the atomic group", Plain(edit.RemainingInAtomicGroup)),
            ("full history timestamp low", edit.FullHistoryTimestampLow is { } low ? HexOf(low.Span) : null),
            ("timestamps not persisted", edit.PersistsUserDefinedTimestamps == false ? "" : null),
            ("subcompaction progress", edit.SubcompactionProgress is { } progress ? Count(progress.Length, "byte", "bytes") : null),
            ("last compacted MANIFEST size", edit.LastCompactedManifestFileSize is { } size ? Grouped(size) : null),
        ];
        return fields.Where(field => field.Value is not null).Select(field => $"{field.Name} {field.Value}".TrimEnd());
    }

    private static IEnumerable<string> FilesOf(VersionEdit edit) =>
        edit.DeletedFiles.Select(file => $"delete file {Plain(file.Number)} from level {Plain(file.Level)}")
            .Concat(edit.NewFiles.Select(Describe))
            .Concat(edit.CompactionCursors.Select(cursor => $"compaction cursor of level {Plain(cursor.Level)}: {Describe(cursor.Key)}"))
            .Concat(edit.BlobFileAdditions.Select(file =>
                $"add blob file {Plain(file.Number)}: {Count(file.BlobCount, "blob")}, {Count(file.BlobBytes, "byte")}"))
            .Concat(edit.BlobFileGarbages.Select(file =>
                $"garbage in blob file {Plain(file.Number)}: {Count(file.BlobCount, "blob")}, {Count(file.BlobBytes, "byte")}"));

    private static IEnumerable<string> WalsOf(VersionEdit edit)
    {
        foreach (WalAddition wal in edit.WalAdditions)
        {
            yield return $"track WAL {Plain(wal.LogNumber)}" + (wal.SyncedSize is { } size ? $": {Count(size, "byte")} synced" : "");
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

    private static string? NameOf(string? name) => name is null ? null : ShownText.OfName(name);

    private static string HexOf(ReadOnlySpan<byte> bytes) => bytes.Length > LongestKey
        ? $"{Convert.ToHexStringLower(bytes[..LongestKey])}... ({Count(bytes.Length, "byte", "bytes")})"
        : Convert.ToHexStringLower(bytes);

    private static string? Plain(ulong? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Plain(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Plain(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
