using System.Buffers.Binary;
using System.Text;
using WalParser.Framing;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Tool.Tests.Proportion;

/// <summary>
/// Hostile databases of a size: of each thing that a log can have many of, that many, so that the input grows with the size.
/// </summary>
internal static class LogInputs
{
    private const byte PutWithFamily = 0x05;
    private const byte BlobIndexPut = 0x11;
    private const byte BeginPrepare = 0x09;
    private const byte EndPrepare = 0x0A;
    private const byte CommitXid = 0x0B;
    private const byte Noop = 0x0D;
    private const byte BeginUnprepare = 0x13;

    /// <summary>The inputs by name; each writes a database into a folder.</summary>
    public static IReadOnlyDictionary<string, Action<TempDatabase, int>> All { get; } = new Dictionary<string, Action<TempDatabase, int>>
    {
        ["tiny records"] = (db, n) => db.WriteLog("000005.log", Enumerable.Range(1, n).Select(i => TempDatabase.Puts((ulong)i, 1))),
        ["empty records"] = (db, n) => db.WriteLog("000005.log", Enumerable.Repeat(Array.Empty<byte>(), n)),
        ["operations in one batch"] = (db, n) => db.WriteLog("000005.log", [TempDatabase.Puts(1, n)]),
        ["fragments"] = Fragments,
        ["gaps"] = (db, n) => db.WriteLog("000005.log", Enumerable.Range(1, n).Select(i => TempDatabase.Puts(3 * (ulong)i, 1))),
        ["numbers that go back"] =
            (db, n) => db.WriteLog("000005.log", Enumerable.Range(1, n).Select(i => TempDatabase.Puts((ulong)((2 * n) - i), 1))),
        ["damaged records"] = DamagedRecords,
        ["damaged batches"] = (db, n) => db.WriteLog("000005.log", Enumerable.Range(1, n).Select(WrongCount)),
        ["zeros between records"] = Zeros,
        ["old records"] = OldRecords,
        ["open transactions"] = (db, n) => db.WriteLog("000005.log", Enumerable.Range(1, n).Select(i => Prepared(i, BeginPrepare))),
        ["committed transactions"] = (db, n) => db.WriteLog("000005.log", [.. Prepares(n, BeginPrepare), .. Commits(n)]),
        ["transactions of one name"] = (db, n) => db.WriteLog("000005.log", Enumerable.Range(1, n).Select(_ => Prepared(1, BeginPrepare))),
        ["unprepared batches"] = (db, n) => db.WriteLog("000005.log", Enumerable.Range(1, n).Select(_ => Prepared(1, BeginUnprepare))),
        ["sub-batches"] = SubBatches,
        ["column families"] = (db, n) => db.WriteLog("000005.log", Enumerable.Range(1, n).Select(Families)),
        ["long names"] = (db, n) => LongNames(db, 1, 40 * n, n),
        ["many names"] = (db, n) => LongNames(db, n, 40, n),
        ["logs"] = Logs,
        ["logs with holes before them"] = LogsFarApart,
        ["blob indexes of one blob"] = BlobIndexes,
        ["log data"] = (db, n) => db.WriteLog("000005.log", Enumerable.Range(1, n).Select(_ => TempDatabase.LogData(1))),
    };

    private static void Fragments(TempDatabase db, int n)
    {
        var output = new MemoryStream();
        var log = new LogBuilder(output);
        byte[] batch = TempDatabase.Puts(1, n);
        log.Fragment(FragmentType.First, batch.AsSpan(0, 12));
        const int HeaderSize = 7;
        const int BlockSize = 32768;
        for (int at = 12; at < batch.Length; at += 4)
        {
            int left = BlockSize - (int)(output.Length % BlockSize);
            if (left < HeaderSize)
            {
                log.Raw(new byte[left]);
            }
            else if (left < HeaderSize + 4)
            {
                log.Fragment(FragmentType.Middle, []).Raw(new byte[left - HeaderSize]);
            }

            log.Fragment(FragmentType.Middle, batch.AsSpan(at, Math.Min(4, batch.Length - at)));
        }

        log.Fragment(FragmentType.Last, []);
        db.Write("000005.log", output.ToArray());
    }

    private static void DamagedRecords(TempDatabase db, int n)
    {
        var output = new MemoryStream();
        var log = new LogBuilder(output);
        List<long> ends = [];
        for (int i = 1; i <= n; i++)
        {
            log.Record(TempDatabase.Puts((ulong)i, 1));
            ends.Add(output.Length);
        }

        byte[] bytes = output.ToArray();
        for (int i = 0; i < n; i += 2)
        {
            bytes[ends[i] - 1] ^= 1;
        }

        db.Write("000005.log", bytes);
    }

    private static byte[] WrongCount(int i)
    {
        byte[] batch = TempDatabase.Puts((ulong)i, 1);
        if (i % 2 == 0)
        {
            batch[8] = 7;
        }

        return batch;
    }

    private static void Zeros(TempDatabase db, int n)
    {
        const int BlockSize = 32768;
        var output = new MemoryStream();
        var log = new LogBuilder(output);
        for (int i = 1; i <= n / 16; i++)
        {
            log.Record(TempDatabase.Puts((ulong)i, 1));
            log.Raw(new byte[BlockSize - (output.Length % BlockSize)]);
        }

        db.Write("000005.log", output.ToArray());
    }

    private static void OldRecords(TempDatabase db, int n)
    {
        var output = new MemoryStream();
        var log = new LogBuilder(output, 5);
        for (int i = 1; i <= n; i++)
        {
            log.Record(TempDatabase.Puts((ulong)i, 1));
        }

        for (int i = 1; i <= n; i++)
        {
            log.Fragment(FragmentType.RecyclableFull, TempDatabase.Puts((ulong)i, 1), number: 4);
        }

        db.Write("000005.log", output.ToArray());
    }

    private static IEnumerable<byte[]> Prepares(int n, byte tag) => Enumerable.Range(1, n).Select(i => Prepared(i, tag));

    private static IEnumerable<byte[]> Commits(int n) =>
        Enumerable.Range(1, n).Select(i => new BatchBuilder().Uncounted(CommitXid, Name(i)).Build((ulong)i).ToArray());

    private static byte[] Prepared(int i, byte tag) =>
        new BatchBuilder().Uncounted(Noop).Uncounted(tag).Put(Name(i), "v"u8).Uncounted(EndPrepare, Name(i)).Build(1).ToArray();

    /// <summary>
    /// A write-prepared section with a key again and again, each of which begins a sub-batch, after one sub-batch of many keys.
    /// </summary>
    private static void SubBatches(TempDatabase db, int n)
    {
        const byte BeginPersistedPrepare = 0x12;
        var batch = new BatchBuilder();
        batch.Uncounted(BeginPersistedPrepare);
        for (int i = 0; i < n; i++)
        {
            batch.Put(Name(i), "v"u8);
        }

        for (int i = 0; i < n; i++)
        {
            batch.Put("key"u8, "v"u8);
        }

        db.WriteLog("000005.log", [batch.Uncounted(EndPrepare, Name(1)).Build(1).ToArray()]);
    }

    private static byte[] Families(int i) => new BatchBuilder().Counted(PutWithFamily, (uint)i, Name(i), Name(i)).Build((ulong)i).ToArray();

    private static byte[] Name(int i) => Encoding.ASCII.GetBytes($"name{i:D6}");

    /// <summary>Column families with long names, and records in them.</summary>
    private static void LongNames(TempDatabase db, int families, int length, int records)
    {
        List<byte[]> edits = [[1, .. Field("leveldb.BytewiseComparator"u8.ToArray()), 2, 0, 3, 9, 4, 0]];
        for (int i = 1; i <= families; i++)
        {
            byte[] name = Encoding.ASCII.GetBytes($"{i:D6}".PadRight(length, 'n'));
            edits.Add(
            [
                .. WalBytes.Varint(200), .. WalBytes.Varint((uint)i), .. WalBytes.Varint(201), .. Field(name),
                1, .. Field("leveldb.BytewiseComparator"u8.ToArray()), 2, 0,
            ]);
        }

        db.WriteLog("MANIFEST-000003", edits);
        db.Write("CURRENT", "MANIFEST-000003\n"u8.ToArray());
        IEnumerable<byte[]> batches = Enumerable.Range(1, records).Select(i => new BatchBuilder()
            .Counted(PutWithFamily, (uint)((i % families) + 1), Name(i), Name(i)).Build((ulong)i).ToArray());
        db.WriteLog("000005.log", batches);
    }

    private static byte[] Field(byte[] bytes) => [.. WalBytes.Varint((uint)bytes.Length), .. bytes];

    private static void Logs(TempDatabase db, int n)
    {
        for (int i = 1; i <= n / 8; i++)
        {
            db.WriteLog($"{i:D6}.log", [TempDatabase.Puts((ulong)i, 1)]);
        }
    }

    /// <summary>Logs with a hole before each.</summary>
    private static void LogsFarApart(TempDatabase db, int n)
    {
        for (int i = 1; i <= n / 8; i++)
        {
            db.WriteLog($"{i * 2:D6}.log", [TempDatabase.Puts((ulong)i * 10, 1)]);
        }
    }

    /// <summary>Many blob indexes that name one blob of 2,000 bytes.</summary>
    private static void BlobIndexes(TempDatabase db, int n)
    {
        byte[] value = new byte[2000];
        byte[] header = [.. Int32(2395959), .. Int32(1), .. Int32(0), 0, 0, .. new byte[16]];
        byte[] sizes = [.. Int64(1), .. Int64(value.Length), .. Int64(0)];
        byte[] key = [(byte)'k'];
        byte[] record =
        [
            .. sizes, .. Int32((int)WalBytes.MaskedCrc32C(sizes)), .. Int32((int)WalBytes.MaskedCrc32C([.. key, .. value])),
            .. key, .. value,
        ];
        db.Write("000010.blob", [.. header, .. record]);
        uint offset = (uint)(header.Length + record.Length - value.Length);
        byte[] index = [1, 10, .. WalBytes.Varint(offset), .. WalBytes.Varint((uint)value.Length), 0];
        db.WriteLog(
            "000005.log",
            Enumerable.Range(1, n).Select(i => new BatchBuilder().Counted(BlobIndexPut, null, key, index).Build((ulong)i).ToArray()));
    }

    private static byte[] Int32(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Int64(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
