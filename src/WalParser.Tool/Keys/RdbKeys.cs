using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Rdb;
using WalParser.Tool.Commands;
using WalParser.Tool.Output;

namespace WalParser.Tool.Keys;

/// <summary>Writes keys as an RDB file, and reports on standard error what the file does not contain.</summary>
internal sealed class RdbKeys(ToolConsole console, NamespaceDatabases databases)
{
    /// <summary>The number of databases that a server has unless its configuration says otherwise.</summary>
    private const int DefaultDatabases = 16;

    private const int MaxNamed = 20;

    /// <summary>Writes the keys and returns the exit code that follows from what is left out.</summary>
    /// <param name="output">The stream to write to.</param>
    /// <param name="keys">The keys, ordered by namespace.</param>
    /// <param name="version">The version of the file; null for the lowest that has all that the keys have.</param>
    /// <param name="now">The time at which fields of hashes that have expired are left out.</param>
    /// <param name="beginsLater">Whether the WALs begin later than the database.</param>
    /// <param name="isLogWhole">Whether the WALs show the database from its beginning without a gap.</param>
    public int Write(Stream output, KeyspaceKey[] keys, int? version, DateTimeOffset now, bool beginsLater, bool isLogWhole)
    {
        RdbReport report = RdbFile.Write(output, DatabasesOf(keys), new RdbOptions { Version = version, Now = now, IsLogWhole = isLogWhole });
        if (report.Version != RdbFile.LowestVersion && version is null)
        {
            console.Say(
                $"the file has RDB version {report.Version}, which Redis 7.4 and later load, because fields of hashes expire; "
                + $"--rdb-version {RdbFile.LowestVersion} writes them without their expiry, for Redis 7.0");
        }

        if (beginsLater)
        {
            KeyspaceKey[] unsure = [.. keys.Where(key => key.Type is KvrocksType.Bitmap or KvrocksType.HyperLogLog)];
            if (unsure.Length > 0)
            {
                console.Say(
                    $"{ReportText.Count(unsure.Length, "key")} of the types bitmap and hyperloglog may lack parts from before these logs, "
                    + $"which does not show{KeyExamples.Of([.. unsure.Take(3).Select(key => key.UserKey)], unsure.Length)}");
            }
        }

        int exitCode = ExitCode.Clean;
        foreach (RdbNote note in report.Notes)
        {
            console.Say(TextOf(note));
            bool isLoss = note.IsOmission || note.Kind is RdbNoteKind.FieldExpiry or RdbNoteKind.ImpossibleElement;
            exitCode = Math.Max(exitCode, isLoss ? ExitCode.Damage : ExitCode.Clean);
        }

        return exitCode;
    }

    private static string TextOf(RdbNote note)
    {
        string keys = $"{ReportText.Count(note.Count, "key")} of {KeyExamples.TypeOf(note.Type)}";
        string examples = KeyExamples.Of(note.Examples, note.Count);
        return note.Kind switch
        {
            RdbNoteKind.NoRdbType =>
                $"{keys} omitted, as RDB files do not have the type{examples}",
            RdbNoteKind.NoElements =>
                $"{keys} omitted, because none of their elements is in these logs{examples}",
            RdbNoteKind.SparseBitmap =>
                $"{keys} omitted, because they are larger than 64 MiB and less than half of them is stored, or larger than the 512 MiB that "
                + $"servers allow; 'walparser commands' writes what is stored of the former{examples}",
            RdbNoteKind.RepeatedKey =>
                $"{keys} omitted, because the logs have them a second time with another slot{examples}",
            RdbNoteKind.ImpossibleElement =>
                $"{keys} with entries that no server has, without fields or with the id 0-0: these are omitted{examples}",
            RdbNoteKind.FieldExpiry =>
                $"{keys} with fields that expire, which RDB versions before 12 do not have: the fields are in the file and never "
                + $"expire{examples}",
            RdbNoteKind.IncompleteKey =>
                $"{keys} that these logs contain only in part: the file has the part that is known{examples}",
            RdbNoteKind.ImpossibleCounters =>
                $"{keys} with counters that no server accepts (a fault of the server): the file has the nearest that agree with the "
                + $"entries{examples}",
            RdbNoteKind.Miscounted =>
                $"{keys} of which the server counts more elements than it has: the file has all that it has{examples}",
            RdbNoteKind.Empty =>
                $"{keys} omitted, because the server counts elements, but has none{examples}",
            _ => $"{keys} with numbers above 2^53 whose scores are rounded; the members are exact{examples}",
        };
    }

    private List<RdbDatabase> DatabasesOf(KeyspaceKey[] keys)
    {
        List<(ReadOnlyMemory<byte> Namespace, List<KeyspaceKey> Keys)> spaces = [];
        foreach (KeyspaceKey key in keys)
        {
            if (spaces.Count == 0 || !spaces[^1].Namespace.Span.SequenceEqual(key.Namespace.Span))
            {
                spaces.Add((key.Namespace, []));
            }

            spaces[^1].Keys.Add(key);
        }

        int[] numbers = databases.Assign([.. spaces.Select(space => space.Namespace)]);
        List<(ReadOnlyMemory<byte> Namespace, RdbDatabase Database)> all =
        [
            .. spaces
                .Select((space, i) => (space.Namespace, Database: new RdbDatabase(numbers[i], space.Keys)))
                .OrderBy(space => space.Database.Number),
        ];
        SayDatabases(all);
        return [.. all.Select(space => space.Database)];
    }

    private void SayDatabases(List<(ReadOnlyMemory<byte> Namespace, RdbDatabase Database)> all)
    {
        if (all.Any(space => !space.Namespace.Span.SequenceEqual(NamespaceDatabases.Default)))
        {
            IEnumerable<string> named = all.Take(MaxNamed)
                .Select(space => $"namespace {KeyExamples.Shown(space.Namespace.Span)} is database {space.Database.Number}");
            string more = all.Count > MaxNamed ? $", and so on, {ReportText.Count(all.Count, "namespace")}" : "";
            console.Say($"{string.Join(", ", named)}{more}; --namespace-to-db chooses others");
        }

        int last = all.Count == 0 ? 0 : all[^1].Database.Number;
        if (last >= DefaultDatabases)
        {
            console.Say(
                $"the file has the database {last}; a server loads it only if its setting databases is at least {last + 1} "
                + $"(it is {DefaultDatabases} by default)");
        }
    }
}
