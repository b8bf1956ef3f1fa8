using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.Manifests;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Dataset;

/// <summary>The keyspace that results from the logs of a server equals the dataset that ordinary commands read from that server.</summary>
public class RecordedStateTests
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    public static IEnumerable<object[]> CasesWithLoadedFiles => RecordedState.CasesWithLoadedFiles;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_keyspace_has_exactly_the_keys_of_the_server(string state)
    {
        var keyspace = new Keyspace();
        foreach (byte[] payload in await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(state)))
        {
            var batch = new WriteBatch(payload);
            keyspace.Apply(ref batch);
            Assert.Null(batch.Finding);
        }

        SortedSet<string> expected = RecordedState.Read(TestFiles.PathOf(state));
        SortedSet<string> actual = ShownKeyspace.Of(keyspace, NowOf(keyspace));

        Assert.NotEmpty(expected);
        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));
        Assert.Equal(0, keyspace.UndecodableCount);
        Assert.Equal(0, keyspace.OrphanCount + keyspace.DroppedOrphanCount);
    }

    /// <summary>
    /// A table file that the server has loaded is in no log. The keys outside its range, which the MANIFEST has, are those of the server.
    /// </summary>
    [Theory]
    [MemberData(nameof(CasesWithLoadedFiles))]
    public async Task Keys_that_no_loaded_file_can_have_are_those_of_the_server(string state)
    {
        string database = RecordedState.DatabasesOf(state).Single();
        var keyspace = new Keyspace();
        HashSet<ulong> logged = [];
        foreach (byte[] payload in await RecordedLogs.ReadAsync(database))
        {
            var batch = new WriteBatch(payload);
            for (uint i = 0; i < (uint)batch.Count; i++)
            {
                logged.Add(batch.Sequence + i);
            }

            keyspace.Apply(ref batch);
        }

        List<NewTableFile> loaded = [];
        await using ManifestReader manifest = ManifestReader.Open(Directory.GetFiles(database, "MANIFEST-*").Single());
        while (await manifest.ReadAsync())
        {
            IReadOnlyList<NewTableFile> files = manifest.Kind == ManifestEntryKind.Edit ? manifest.Edit.NewFiles : [];
            loaded.AddRange(files.Where(
                file => file.SmallestSequence == file.LargestSequence && !logged.Contains(file.SmallestSequence ?? 0)));
        }

        Assert.NotEmpty(loaded);
        HashSet<string> known = [.. keyspace.Keys.Where(key => !IsIn(key.StoredKey.Span)).Select(ShownKeyspace.LineOf)];
        Assert.NotEmpty(known);
        Assert.Subset(RecordedState.Read(TestFiles.PathOf(state)), known);
        Assert.Contains(keyspace.Keys, key => IsIn(key.StoredKey.Span));

        bool IsIn(ReadOnlySpan<byte> key)
        {
            foreach (NewTableFile file in loaded)
            {
                if (key.SequenceCompareTo(file.Smallest.UserKey.Span) >= 0 && key.SequenceCompareTo(file.Largest.UserKey.Span) <= 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>
    /// The elements of each key that follow from the changes of all batches alone equal those of the keyspace at the end.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Changes_of_all_batches_add_up_to_the_keyspace(string state)
    {
        foreach (string database in RecordedState.DatabasesOf(state))
        {
            var keyspace = new Keyspace();
            var fromChanges = new KeysFromChanges();
            foreach (byte[] payload in await RecordedLogs.ReadAsync(database))
            {
                var batch = new WriteBatch(payload);
                BatchChanges changes = keyspace.ApplyWithChanges(ref batch);
                Assert.Null(batch.Finding);
                Assert.Empty(changes.Undecodable);
                fromChanges.Apply(changes);
            }

            Assert.NotEmpty(fromChanges.Lines);
            Assert.Equal(
                keyspace.Keys.Select(key => KeysFromChanges.LineOf(key)).Order(StringComparer.Ordinal),
                fromChanges.Lines.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>
    /// Returns the creation time of the last key, which approximates the time at which the state was read. A log has no other clock.
    /// </summary>
    private static ulong NowOf(Keyspace keyspace) => (ulong)keyspace.Keys
        .Where(key => key.Metadata.HasVersion)
        .Select(key => key.Metadata.Version.CreatedAt.ToUnixTimeMilliseconds())
        .DefaultIfEmpty()
        .Max();
}
