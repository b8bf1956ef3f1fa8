using WalParser.Framing;
using WalParser.IO;

namespace WalParser.TestSupport.Scenarios;

/// <summary>The WALs of a recorded DB folder.</summary>
public static class RecordedLogs
{
    /// <summary>Reads the batches of all logs, including archived ones, in the order of the log numbers.</summary>
    public static async Task<List<byte[]>> ReadAsync(string folder)
    {
        List<byte[]> batches = [];
        foreach (string path in PathsIn(folder))
        {
            var options = new WalReaderOptions { ThrowOnCorruption = true };
            await using WalReader reader = WalReader.Open(path, options);
            while (await reader.ReadAsync())
            {
                if (reader.Kind == WalEntryKind.Record)
                {
                    batches.Add(reader.Record.Payload.ToArray());
                }
            }
        }

        Assert.NotEmpty(batches);
        return batches;
    }

    /// <summary>
    /// Reads the batches that all databases have in common before they first differ. For one database these are all batches.
    /// </summary>
    public static async Task<List<byte[]>> ReadCommonAsync(IReadOnlyList<string> folders)
    {
        List<byte[]> common = await ReadAsync(folders[0]);
        foreach (string folder in folders.Skip(1))
        {
            List<byte[]> other = await ReadAsync(folder);
            common = [.. common.Zip(other).TakeWhile(pair => pair.First.AsSpan().SequenceEqual(pair.Second)).Select(pair => pair.First)];
        }

        Assert.NotEmpty(common);
        return common;
    }

    private static IEnumerable<string> PathsIn(string folder) =>
        Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories)
            .OrderBy(path => WalFileName.TryGetLogNumber(path, out ulong number) ? number : throw new InvalidDataException(path));
}
