using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Rdb;

namespace WalParser.Kvrocks.Tests.Rdb;

/// <summary>Writes the dataset of batches as RDB files.</summary>
internal static class RdbFiles
{
    /// <summary>Returns the keyspace of the batches.</summary>
    public static Keyspace KeyspaceOf(IEnumerable<byte[]> batches)
    {
        var keyspace = new Keyspace();
        foreach (byte[] payload in batches)
        {
            var batch = new WriteBatch(payload);
            keyspace.Apply(ref batch);
        }

        return keyspace;
    }

    /// <summary>Writes a file with a database for each of the namespaces, in their order.</summary>
    public static (byte[] File, RdbReport Report) Write(Keyspace keyspace, IEnumerable<string> namespaces, int? version = null)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var file = new MemoryStream();
        RdbDatabase[] databases =
        [
            .. namespaces.Select((space, i) => new RdbDatabase(
                i,
                [.. keyspace.Keys.Where(key => key.ExistsAt(now) && Encoding.UTF8.GetString(key.Namespace.Span) == space)])),
        ];
        RdbReport report = RdbFile.Write(file, databases, new RdbOptions { Version = version, Now = now });
        return (file.ToArray(), report);
    }
}
