using System.Globalization;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Rdb;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Rdb;

/// <summary>Values at the bounds of the format: a redis-server and redis-check-rdb read them as the model has them.</summary>
public sealed class EdgeTests(RdbServer server) : IClassFixture<RdbServer>
{
    /// <summary>Text that is, or only looks like, an integer of every size that the format has a form for.</summary>
    private static readonly string[] Integers =
    [
        "", "0", "-0", "+1", "00", "007", " 1", "1 ", "1.0", "1e3", "-", "--1", "127", "128", "-1", "-128", "-129", "4095", "4096", "-4096",
        "-4097", "32767", "32768", "-32768", "-32769", "8388607", "8388608", "-8388608", "-8388609", "2147483647", "2147483648",
        "-2147483648", "-2147483649", "99999999999", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "000000000000000000001", "\0\xff", "\r\n",
    ];

    /// <summary>Lengths around the bounds of the forms of strings and of the backward lengths of listpacks.</summary>
    private static readonly int[] Lengths =
    [
        .. Around(63), .. Around(127), .. Around(4095), .. Around(8192), .. Around(16_383), .. Around(65_536), .. Around(2_097_151),
    ];

    [SkippableFact]
    public async Task Text_that_looks_like_an_integer_stays_exact()
    {
        var model = new ModelServer();
        foreach (string text in Integers)
        {
            model.Change($"s:{text}", KvrocksType.String, key => key.Text = text);
            model.Change(text, KvrocksType.String, key => key.Text = "a key that looks like a number");
        }

        model.Change("list", KvrocksType.List, key => key.List = [.. Integers]);
        model.Change("set", KvrocksType.Set, key => Fill(key.Fields, _ => ""));
        model.Change("hash", KvrocksType.Hash, key => Fill(key.Fields, text => text));
        model.Change("stream", KvrocksType.Stream, key =>
        {
            foreach (string text in Integers)
            {
                AddEntry(key.Stream, (ulong)key.Stream.Entries.Count + 1, 0, text, text, "f", text);
            }
        });
        await CompareAsync(model);

        static void Fill(SortedDictionary<string, string> fields, Func<string, string> valueOf)
        {
            foreach (string text in Integers)
            {
                fields[text] = valueOf(text);
            }
        }
    }

    [SkippableFact]
    public async Task Elements_of_any_length_are_read()
    {
        var model = new ModelServer();
        foreach (int length in Lengths)
        {
            string text = new('x', length);
            model.Change($"string{length}", KvrocksType.String, key => key.Text = text);
            model.Change($"list{length}", KvrocksType.List, key => key.List = ["a", text, "b", text]);
            model.Change($"hash{length}", KvrocksType.Hash, key => key.Fields["f"] = text);
        }

        model.Change("all", KvrocksType.List, key => key.List = [.. Lengths.Select(length => new string('y', length))]);
        model.Change("many", KvrocksType.List, key => key.List = [.. Enumerable.Range(0, 70_000).Select(i => $"{i % 10}")]);
        model.Change(new string('k', 70_000), KvrocksType.String, key => key.Text = "long key");
        await CompareAsync(model);
    }

    [SkippableFact]
    public async Task Scores_are_exact()
    {
        var model = new ModelServer();
        double[] scores =
        [
            0, -0.0, 1, -1, 0.1, 1e300, double.Epsilon, double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity,
            9_007_199_254_740_993, 3.0000000000000004,
        ];
        model.Change("z", KvrocksType.ZSet, key =>
        {
            foreach (double score in scores)
            {
                key.Scores[score.ToString("R", CultureInfo.InvariantCulture)] = score;
            }

            key.Scores[""] = 7;
        });
        await CompareAsync(model);
    }

    [SkippableFact]
    public async Task Streams_with_many_nodes_and_odd_ids_are_read()
    {
        var model = new ModelServer();
        model.Change("wide", KvrocksType.Stream, key =>
        {
            for (uint i = 1; i <= 1000; i++)
            {
                string[] fields = (i % 7) switch
                {
                    0 => ["other", "1"],
                    1 => ["a", "1", "b", "2", "c", "3"],
                    _ => ["a", $"{i}", "b", ""],
                };
                AddEntry(key.Stream, (i * 1_000_000_000UL) + 5, (i * 31UL) % 1000, fields);
            }
        });
        model.Change("extreme", KvrocksType.Stream, key =>
        {
            AddEntry(key.Stream, 0, 1, "f", "v");
            AddEntry(key.Stream, 0, ulong.MaxValue, "f", "v");
            AddEntry(key.Stream, 1, 0, "f", "v");
            AddEntry(key.Stream, long.MaxValue, 3, "f", "v");
            AddEntry(key.Stream, ulong.MaxValue - 1, ulong.MaxValue, "f", "v");
        });
        model.Change("empty", KvrocksType.Stream, key =>
        {
            key.Stream.LastId = new StreamEntryId(9, 9);
            key.Stream.MaxDeletedId = new StreamEntryId(8, 1);
            key.Stream.EntriesAdded = 12;
        });
        model.Change("groups", KvrocksType.Stream, key =>
        {
            AddEntry(key.Stream, 5, 0, "f", "v");
            var group = new ModelGroup { LastId = new StreamEntryId(5, 0), EntriesRead = -1 };
            group.Consumers.UnionWith(["", "idle", "busy"]);

            // The second pending entry has been deleted.
            group.Pending[new StreamEntryId(5, 0)] = new ModelPending("busy", 1000, 3);
            group.Pending[new StreamEntryId(4, 7)] = new ModelPending("", 0, 0);
            key.Stream.Groups["\0group"] = group;
            key.Stream.Groups[""] = new ModelGroup { EntriesRead = 0 };
        });
        await CompareAsync(model);
    }

    /// <summary>A file without keys is a file that a server loads.</summary>
    [SkippableFact]
    public async Task An_empty_dataset_is_a_file_without_keys()
    {
        await CompareAsync(new ModelServer());
    }

    /// <summary>A bitmap may claim any size. The file is in proportion to the log, and the bitmap is named.</summary>
    [Theory]
    [InlineData(512UL << 20)]
    [InlineData((512UL << 20) + 1)]
    [InlineData(ulong.MaxValue)]
    public void A_large_bitmap_of_which_hardly_anything_is_stored_is_left_out(ulong size)
    {
        Keyspace keyspace = RdbFiles.KeyspaceOf(
        [
            MadeBatch.Of(
                (MadeBatch.Put, 1, MadeBatch.MetadataKey("ns", "b"), MadeBatch.Metadata(6, 7, size)),
                (MadeBatch.Put, 0, MadeBatch.Subkey("b", 7, "1048576"), [1])),
        ]);
        (byte[] file, RdbReport report) = RdbFiles.Write(keyspace, ["ns"]);
        RdbNote note = Assert.Single(report.Notes);
        Assert.Equal((RdbNoteKind.SparseBitmap, true, "bitmap"), (note.Kind, note.IsOmission, note.Type));
        Assert.Equal((0, true), (report.KeyCount, file.Length < 200));
    }

    [Fact]
    public void Keys_without_a_form_or_a_known_element_are_left_out_and_named()
    {
        Keyspace keyspace = RdbFiles.KeyspaceOf(
        [
            MadeBatch.Of(
                (MadeBatch.Put, 1, MadeBatch.MetadataKey("ns", "gone"), MadeBatch.Metadata(4, 7, 2)),
                (MadeBatch.Put, 1, MadeBatch.MetadataKey("ns", "part"), MadeBatch.Metadata(4, 8, 2)),
                (MadeBatch.Put, 0, MadeBatch.Subkey("part", 8, "member"), []),
                (MadeBatch.Put, 1, MadeBatch.MetadataKey("ns", "later"), MadeBatch.Metadata(15, 9, 2)),
                (MadeBatch.Put, 1, MadeBatch.MetadataKey("ns", "json"), [0x8A, .. new byte[8], 0, (byte)'1'])),
        ]);
        (_, RdbReport report) = RdbFiles.Write(keyspace, ["ns"]);
        Assert.Equal(1, report.KeyCount);
        Assert.Equal(
            ["IncompleteKey set part", "NoElements set gone", "NoRdbType ReJSON-RL json", "NoRdbType type 15 later"],
            report.Notes
                .Select(note => $"{note.Kind} {note.Type} {ModelKey.Latin(note.Examples[0].ToArray())}")
                .Order(StringComparer.Ordinal));
    }

    /// <summary>An entry without fields cannot be in a listpack of a stream: a server would take the next entry for it.</summary>
    [Fact]
    public void Stream_entries_that_no_server_has_are_left_out_and_named()
    {
        string Id(ulong milliseconds) => ModelKey.Latin([.. ModelKey.BigEndian(milliseconds), .. ModelKey.BigEndian(0)]);
        byte[] counters = [.. ModelKey.BigEndian(2), .. new byte[72], .. ModelKey.BigEndian(3), .. new byte[8]];
        Keyspace keyspace = RdbFiles.KeyspaceOf(
        [
            MadeBatch.Of(
                (MadeBatch.Put, 1, MadeBatch.MetadataKey("ns", "s"), MadeBatch.Metadata(8, 7, 3, counters)),
                (MadeBatch.Put, 5, MadeBatch.Subkey("s", 7, Id(0)), [1, (byte)'f', 1, (byte)'v']),
                (MadeBatch.Put, 5, MadeBatch.Subkey("s", 7, Id(1)), []),
                (MadeBatch.Put, 5, MadeBatch.Subkey("s", 7, Id(2)), [1, (byte)'f', 1, (byte)'v'])),
        ]);
        (_, RdbReport report) = RdbFiles.Write(keyspace, ["ns"]);
        RdbNote note = Assert.Single(report.Notes);
        Assert.Equal((RdbNoteKind.ImpossibleElement, false, 1), (note.Kind, note.IsOmission, report.KeyCount));
    }

    private static int[] Around(int length) => [.. Enumerable.Range(length - 8, 12)];

    private static void AddEntry(ModelStream stream, ulong milliseconds, ulong sequence, params string[] fields)
    {
        stream.LastId = new StreamEntryId(milliseconds, sequence);
        stream.Entries[stream.LastId] = fields;
        stream.EntriesAdded++;
    }

    private async Task CompareAsync(ModelServer model)
    {
        RedisServer.SkipIfAbsent();
        model.EndBatch();
        (byte[] file, RdbReport report) = RdbFiles.Write(RdbFiles.KeyspaceOf(model.Batches), [RecordedState.DefaultNamespace]);
        Assert.Empty(report.Notes);
        await using (RedisConnection connection = await server.ConnectAsync())
        {
            await ModelComparison.PrepareAsync(connection);
        }

        await using RedisConnection loaded = await server.LoadAsync(file);
        Assert.Empty(await ModelComparison.DifferencesAsync(loaded, model));
    }
}
