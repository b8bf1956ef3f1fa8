using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Dataset;

/// <summary>The keyspace that results from the logs of a server equals the dataset that ordinary commands read from that server.</summary>
public class RecordedStateTests
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

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
        .Max(key => key.Metadata.Version.CreatedAt.ToUnixTimeMilliseconds());
}
