using WalParser.Framing;

namespace WalParser.Tests.Fixtures;

/// <summary>A DB folder for one test, removed behind it.</summary>
internal sealed class TempDatabase : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("walparser-test-").FullName;

    /// <summary>A copy of a fixture's folder, writable.</summary>
    public static TempDatabase CopyOf(string folder)
    {
        var copy = new TempDatabase();
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            copy.Write(System.IO.Path.GetRelativePath(folder, path), File.ReadAllBytes(path));
        }

        return copy;
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file, with the folders above it, and returns its path.</summary>
    public string Write(string name, byte[] content)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Writes a WAL of these records.</summary>
    public string WriteLog(string name, params IEnumerable<byte[]> records) => Write(name, LogOf(records));

    /// <summary>Cuts bytes off a file's end.</summary>
    public TempDatabase Cut(string name, int bytes)
    {
        Write(name, File.ReadAllBytes(PathOf(name))[..^bytes]);
        return this;
    }

    /// <summary>Flips a bit.</summary>
    public TempDatabase Flip(string name, int at)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(name));
        bytes[at] ^= 0x10;
        Write(name, bytes);
        return this;
    }

    public void Delete(string name) => File.Delete(PathOf(name));

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>A log of these records.</summary>
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

    /// <summary>A batch of so many puts to one key, from a sequence number on.</summary>
    public static byte[] Puts(ulong sequence, int count, string value = "v")
    {
        var batch = new BatchBuilder();
        for (int i = 0; i < count; i++)
        {
            batch.Put("key"u8, System.Text.Encoding.UTF8.GetBytes(value));
        }

        return batch.Build(sequence).ToArray();
    }

    /// <summary>A batch of log data alone: it takes no sequence number.</summary>
    public static byte[] LogData(ulong sequence) => new BatchBuilder().Uncounted(0x03, "note"u8.ToArray()).Build(sequence).ToArray();

    /// <summary>The records of a log as they lie.</summary>
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
