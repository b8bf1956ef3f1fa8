using System.Text;
using WalParser.TestSupport.Files;
using static WalParser.TestSupport.Logs.WalBytes;

namespace WalParser.Tool.Tests.Fixtures;

/// <summary>
/// A database in whose every name, key and value there is text that acts on a terminal or a spreadsheet: the names of the folder, of the
/// files and of the column families, namespaces, keys, fields, values, transaction ids and log data. The logs have a gap, an overlap and a
/// damaged record, and the MANIFEST has an edit that RocksDB refuses, so that there is something to report.
/// </summary>
internal sealed class HostileDatabase : TempFolder
{
    /// <summary>Text that must not be shown as it is.</summary>
    public static readonly IReadOnlyList<string> Texts =
    [
        "=1+1|cmd", "+SUM(A1)", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "a\",\n=1",
        "\e[31mred\e]0;title\a", "\u009b31m", "\x7f\b\b",
        "\u202eevil\u202c", "\u2066a\u2069", "a\u2028b\u2029c", "a\u200bb\u200e\u061c", "\ufeffbom\u00ad",
        "\U000e0041tag", "e\ufe0f\u034f\u3164", "\ue000\uffff",
    ];

    private const string HostileName = "\e[31m\u202e=x\n\u2028";

    public HostileDatabase()
    {
        Database = PathOf("\e[1m\u202e=db\n\u2028");
        Directory.CreateDirectory(Database);
        Write("CURRENT", "MANIFEST-000003\n");
        Write("MANIFEST-000003", ManifestOf());
        Write("000004.log", [.. Texts.SelectMany((text, i) => Record(BatchOf(text, 1 + (ulong)(10 * i))))]);
        Write("000006.log", [.. Record(Batch(100_000, 1, Put("k", "v"))), .. Damaged(), .. Record(Batch(5, 1, [0x7F], Put("k", "v")))]);
        Log = Write(HostileName + ".log", [.. Texts.SelectMany((text, i) => Record(BatchOf(text, 1 + (ulong)(10 * i))))]);
    }

    /// <summary>The DB folder, whose name is hostile.</summary>
    public string Database { get; }

    /// <summary>A log whose name is hostile and has no number.</summary>
    public string Log { get; }

    /// <summary>A path to nothing, with a hostile name.</summary>
    public string Absent => System.IO.Path.Combine(Database, HostileName);

    private static byte[] ManifestOf() =>
    [
        .. Record([1, .. Text("leveldb.BytewiseComparator" + HostileName), 2, 4, 3, 10, 4, 50, 18, .. Text("id" + HostileName)]),
        .. Record([200, 1, 1, 201, 1, .. Text("metadata")]),
        .. Texts.SelectMany((text, i) => Record([200, 1, (byte)(i + 2), 201, 1, .. Text(text), 1, .. Text(text)])),
        .. Record([200, 1, 2, 1, .. Text("other" + HostileName)]),
        .. Record([200, 1, 2, 201, 1, .. Text(HostileName)]),
        .. Record([200, 1, 120, 2, 5]),
    ];

    /// <summary>Returns a batch with a string and a hash of Kvrocks, a write to every column family, log data, and a transaction.</summary>
    private static byte[] BatchOf(string text, ulong sequence)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] key = [(byte)bytes.Length, .. bytes, .. bytes];
        byte family = (byte)(2 + ((sequence / 10) % (ulong)Texts.Count));
        return Batch(
            sequence, 5,
            LogData(text),
            [0x05, 1, .. Put(key, [0x81, 0, 0, 0, 0, 0, 0, 0, 0, .. bytes]).AsSpan(1)],
            [0x05, 1, .. Put([.. key, 1], [0x81, 0, 0, 0, 0, 0, 0, 0, 0, .. bytes]).AsSpan(1)],
            [0x05, family, .. Put(bytes, bytes).AsSpan(1)],
            Put(bytes, bytes),
            DeleteRange(text, text + "z"),
            [0x09],
            Put(text, text),
            [0x0A, .. Field(bytes)],
            [0x0B, .. Field(bytes)]);
    }

    private static byte[] Damaged()
    {
        byte[] record = Record(Batch(100_001, 1, Put("k", "v")));
        record[^1] ^= 1;
        return record;
    }

    private static byte[] Text(string text) => Field(Encoding.UTF8.GetBytes(text));

    private new string Write(string name, byte[] content)
    {
        string path = System.IO.Path.Combine(Database, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private void Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));
}
