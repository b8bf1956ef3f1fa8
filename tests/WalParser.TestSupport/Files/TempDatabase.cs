using WalParser.Framing;
using WalParser.TestSupport.Logs;

namespace WalParser.TestSupport.Files;

/// <summary>A DB folder for one test. Its disposal deletes the folder.</summary>
public sealed class TempDatabase : TempFolder
{
    /// <summary>Returns a writable copy of a folder.</summary>
    public static TempDatabase CopyOf(string folder)
    {
        var copy = new TempDatabase();
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            copy.Write(System.IO.Path.GetRelativePath(folder, path), File.ReadAllBytes(path));
        }

        return copy;
    }

    /// <summary>Writes a WAL with these records, and returns its path.</summary>
    public string WriteLog(string name, params IEnumerable<byte[]> records) => Write(name, LogOf(records));

    /// <summary>Removes bytes from the end of a file.</summary>
    public TempDatabase Cut(string name, int bytes)
    {
        Write(name, File.ReadAllBytes(PathOf(name))[..^bytes]);
        return this;
    }

    /// <summary>Flips a bit of a file.</summary>
    public TempDatabase Flip(string name, int at)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(name));
        bytes[at] ^= 0x10;
        Write(name, bytes);
        return this;
    }

    public void Delete(string name) => File.Delete(PathOf(name));

    /// <summary>Returns a log with these records.</summary>
    public static byte[] LogOf(IEnumerable<byte[]> records, uint? recycledAs = null)
    {
        var output = new MemoryStream();
        var log = new LogBuilder(output, recycledAs);
        foreach (byte[] record in records)
        {
            log.Record(record);
        }

        return output.ToArray();
    }

    /// <summary>Returns a batch with this number of puts to one key, from a sequence number on.</summary>
    public static byte[] Puts(ulong sequence, int count, string value = "v")
    {
        var batch = new BatchBuilder();
        for (int i = 0; i < count; i++)
        {
            batch.Put("key"u8, System.Text.Encoding.UTF8.GetBytes(value));
        }

        return batch.Build(sequence).ToArray();
    }

    /// <summary>Returns a batch that contains log data only, which takes no sequence number.</summary>
    public static byte[] LogData(ulong sequence) => new BatchBuilder().Uncounted(0x03, "note"u8.ToArray()).Build(sequence).ToArray();

    /// <summary>Reads the records of a log, in which nothing may be wrong.</summary>
    public static async Task<List<byte[]>> RecordsOfAsync(string path)
    {
        List<byte[]> records = [];
        await using WalReader reader = WalReader.Open(path);
        while (await reader.ReadAsync())
        {
            Assert.Equal(WalEntryKind.Record, reader.Kind);
            records.Add(reader.Record.Payload.ToArray());
        }

        return records;
    }
}
