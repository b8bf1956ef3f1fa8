using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.RocksDb;

/// <summary>
/// The MANIFEST of every fixture in the output of <c>walparser manifest</c>, compared with RocksDB's <c>ldb manifest_dump</c>.
/// </summary>
public partial class LdbManifestTests
{
    public static TheoryData<string> Manifests => [.. TestFiles.Named("MANIFEST-*")];

    [SkippableTheory]
    [MemberData(nameof(Manifests))]
    public async Task Edits_and_state_equal_those_of_RocksDB(string manifest)
    {
        ChildResult ldb = await Ldb.RunOnCopyAsync(manifest, "manifest_dump", "--path={0}", "--verbose", "--hex");
        Assert.Equal((0, ""), (ldb.ExitCode, ldb.Error));
        ToolRun run = await ToolRun.Of("manifest", "--format", "jsonl", TestFiles.PathOf(manifest));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));

        int end = Array.FindLastIndex(ldb.OutputLines, line => line == "}") + 1;
        string[] edits = [.. ldb.OutputLines[1..end].Select(WithoutWhatIsDerived)];
        Assert.Equal(edits, run.OfKind("edit").Zip(SplitEdits(edits), (edit, shown) => LinesOf(edit, shown)).SelectMany(lines => lines));
        Assert.Equal(ldb.OutputLines.Count(line => line == "VersionEdit {"), run.OfKind("edit").Length);

        string[] state = ldb.OutputLines[end..];
        Assert.Equal(
            FamiliesOf(state),
            run.OfKind("columnFamily").Where(family => !family.GetProperty("dropped").GetBoolean()).Select(FamilyOf));
        Assert.Equal(
            BlobFileLine().Matches(string.Join('\n', state)).Select(match => match.Value),
            run.OfKind("columnFamily").SelectMany(BlobFilesOf));
        JsonElement last = Assert.Single(run.OfKind("state"));
        Assert.Contains(
            $"next_file_number {last.GetProperty("nextFileNumber").GetUInt64() + 1} last_sequence {Number(last, "lastSequence")}  "
            + $"prev_log_number {Number(last, "previousLogNumber")} max_column_family {Number(last, "maxColumnFamily")} "
            + $"min_log_number_to_keep {Number(last, "minLogNumberToKeep")}",
            state);
    }

    /// <summary>The public unique id is computed from the internal one, which is compared.</summary>
    private static string WithoutWhatIsDerived(string line) => PublicId().Replace(line, "");

    private static IEnumerable<string[]> SplitEdits(string[] lines)
    {
        for (int start = 0; start < lines.Length;)
        {
            int end = Array.IndexOf(lines, "}", start) + 1;
            yield return lines[start..end];
            start = end;
        }
    }

    /// <summary>
    /// Formats an edit as VersionEdit::DebugString does. Newer releases show more details of a table file, which are compared if they are
    /// shown.
    /// </summary>
    private static List<string> LinesOf(JsonElement edit, string[] shown)
    {
        List<string> lines = ["VersionEdit {"];
        Add("DB ID", "databaseId");
        Add("Comparator", "comparator");
        if (shown.Any(line => line.StartsWith("  PersistUserDefinedTimestamps", StringComparison.Ordinal)))
        {
            lines.Add("  PersistUserDefinedTimestamps: " + edit.GetProperty("persistsUserDefinedTimestamps").GetRawText());
        }

        Add("LogNumber", "logNumber");
        Add("PrevLogNumber", "previousLogNumber");
        Add("NextFileNumber", "nextFileNumber");
        Add("MaxColumnFamily", "maxColumnFamily");
        Add("MinLogNumberToKeep", "minLogNumberToKeep");
        Add("LastSeq", "lastSequence");
        lines.AddRange(
            List(edit, "compactionCursors").Select(cursor => $"  CompactCursor: {Number(cursor, "level")} {Key(cursor, "key")}"));

        // RocksDB stores them in an ordered set.
        lines.AddRange(List(edit, "deletedFiles")
            .OrderBy(file => file.GetProperty("level").GetInt32()).ThenBy(file => file.GetProperty("number").GetUInt64())
            .Select(file => $"  DeleteFile: {Number(file, "level")} {Number(file, "number")}"));
        lines.AddRange(List(edit, "newFiles").Select(file => FileLine(file, shown)));
        lines.AddRange(List(edit, "blobFileAdditions").Select(file =>
            $"  BlobFileAddition: blob_file_number: {Number(file, "number")} total_blob_count: {Number(file, "blobs")} "
            + $"total_blob_bytes: {Number(file, "bytes")} checksum_method: {Text(file, "checksumMethod")} checksum_value: "
                + $"{Text(file, "checksum").ToUpperInvariant()}"));
        lines.AddRange(List(edit, "blobFileGarbages").Select(file =>
            $"  BlobFileGarbage: blob_file_number: {Number(file, "number")} garbage_blob_count: {Number(file, "blobs")} "
                + $"garbage_blob_bytes: {Number(file, "bytes")}"));
        lines.AddRange(List(edit, "walAdditions").Select(wal =>
            $"  WalAddition: log_number: {Number(wal, "logNumber")} synced_size_in_bytes: "
            + (wal.TryGetProperty("syncedSize", out JsonElement size)
                ? size.GetRawText()
                : ulong.MaxValue.ToString(CultureInfo.InvariantCulture))));
        if (edit.TryGetProperty("walDeletion", out JsonElement deletion))
        {
            lines.Add($"  WalDeletion: log_number: {deletion.GetRawText()}");
        }

        Add("ColumnFamily", "columnFamily");
        Add("ColumnFamilyAdd", "addedColumnFamily");
        if (edit.TryGetProperty("dropsColumnFamily", out _))
        {
            lines.Add("  ColumnFamilyDrop");
        }

        if (edit.TryGetProperty("remainingInAtomicGroup", out JsonElement remaining))
        {
            lines.Add($"  AtomicGroup: {remaining.GetRawText()} entries remains");
        }

        if (edit.TryGetProperty("fullHistoryTimestampLow", out JsonElement low))
        {
            lines.Add($" FullHistoryTsLow: {low.GetString()!.ToUpperInvariant()}");
        }

        return [.. lines, "}"];

        void Add(string name, string property)
        {
            if (edit.TryGetProperty(property, out JsonElement value))
            {
                lines.Add($"  {name}: {(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText())}");
            }
        }
    }

    private static string FileLine(JsonElement file, string[] shown)
    {
        string start = $"  AddFile: {Number(file, "level")} {Number(file, "number")} {Number(file, "size")} ";
        string other = shown.FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) ?? "";
        string line = $"{start}{Key(file, "smallest")} .. {Key(file, "largest")}";
        line += file.TryGetProperty("oldestBlobFile", out JsonElement blob) ? $" blob_file:{blob.GetRawText()}" : "";
        line += $" oldest_ancester_time:{Number(file, "oldestAncestorTime")} file_creation_time:{Number(file, "creationTime")}";
        line += other.Contains(" epoch_number:", StringComparison.Ordinal) ? $" epoch_number:{Number(file, "epochNumber")}" : "";

        // This is the name if there is no function (kUnknownFileChecksumFuncName). Older releases show it.
        string function = file.TryGetProperty("checksumFunction", out JsonElement named) ? named.GetString()! : "Unknown";
        line += $" file_checksum:{Text(file, "checksum").ToUpperInvariant()} file_checksum_func_name: {function}";
        line += file.TryGetProperty("temperature", out JsonElement temperature) ? $" temperature: {temperature.GetRawText()}" : "";
        if (file.TryGetProperty("uniqueId", out JsonElement id))
        {
            byte[] bytes = Convert.FromHexString(id.GetString()!);
            line += $" unique_id(internal): "
                + $"{{{BinaryPrimitives.ReadUInt64LittleEndian(bytes)},{BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8))}}}";
        }

        line += other.Contains(" tail size:", StringComparison.Ordinal) ? $" tail size: {Number(file, "tailSize")}" : "";
        string persisted = file.TryGetProperty("hasUserDefinedTimestamps", out _) ? "false" : "true";
        return line + (other.Contains(" User-defined timestamps persisted:", StringComparison.Ordinal)
            ? $" User-defined timestamps persisted: {persisted}"
            : "");
    }

    /// <summary>
    /// Returns the id, name, log number and comparator, and then the level, files and bytes of each level that is not empty.
    /// </summary>
    private static List<string> FamiliesOf(string[] state)
    {
        List<string> families = [];
        List<(int Level, ulong Bytes)> files = [];
        int level = 0;
        foreach (string line in state)
        {
            if (FamilyLine().Match(line) is { Success: true } family)
            {
                Flush();
                families.Add($"{family.Groups["id"].Value} {family.Groups["name"].Value}");
            }
            else if (line.StartsWith("log number: ", StringComparison.Ordinal))
            {
                families[^1] += " log " + line["log number: ".Length..];
            }
            else if (line.StartsWith("comparator: ", StringComparison.Ordinal))
            {
                // ldb prints "<name>, but the comparator object is not available." for a comparator that it does not have.
                families[^1] += " " + line["comparator: ".Length..].Split(',')[0].Trim('<', '>');
            }
            else if (LevelLine().Match(line) is { Success: true } next)
            {
                level = int.Parse(next.Groups[1].Value, CultureInfo.InvariantCulture);
            }
            else if (FileOfLevel().Match(line) is { Success: true } file)
            {
                files.Add((level, ulong.Parse(file.Groups[1].Value, CultureInfo.InvariantCulture)));
            }
        }

        Flush();
        return families;

        void Flush()
        {
            foreach (IGrouping<int, (int Level, ulong Bytes)> group in files.GroupBy(file => file.Level))
            {
                families[^1] += $" {group.Key}:{group.Count()}:{group.Aggregate(0UL, (sum, file) => sum + file.Bytes)}";
            }

            files.Clear();
        }
    }

    private static string FamilyOf(JsonElement family) =>
        $"{Number(family, "id")} {Text(family, "name")} log {Number(family, "logNumber")} {Text(family, "comparator")}"
        + string.Concat(
            List(family, "levels").Select(level => $" {Number(level, "level")}:{Number(level, "files")}:{Number(level, "bytes")}"));

    private static IEnumerable<string> BlobFilesOf(JsonElement family) => List(family, "blobFiles").Select(file =>
        $"blob_file_number: {Number(file, "number")} total_blob_count: {Number(file, "blobs")} total_blob_bytes: {Number(file, "bytes")}");

    private static string Key(JsonElement parent, string name)
    {
        JsonElement key = parent.GetProperty(name);
        return $"'{Text(key, "key").ToUpperInvariant()}' seq:{Number(key, "sequence")}, type:{Number(key, "type")}";
    }

    private static JsonElement.ArrayEnumerator List(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement list) ? list.EnumerateArray() : default;

    /// <summary>Returns a number. RocksDB shows an absent number as 0.</summary>
    private static string Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement number) ? number.GetRawText() : "0";

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement text) ? text.GetString()! : "";

    [GeneratedRegex(" public_unique_id: [0-9A-F-]*")]
    private static partial Regex PublicId();

    [GeneratedRegex("""^-+ Column family "(?<name>.*)"  \(ID (?<id>[0-9]+)\) -+$""")]
    private static partial Regex FamilyLine();

    [GeneratedRegex("^--- level ([0-9]+) ---")]
    private static partial Regex LevelLine();

    [GeneratedRegex(@"^ [0-9]+:([0-9]+)\[")]
    private static partial Regex FileOfLevel();

    [GeneratedRegex("(?m)^blob_file_number: [0-9]+ total_blob_count: [0-9]+ total_blob_bytes: [0-9]+")]
    private static partial Regex BlobFileLine();
}
