using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>The commands that undo batches, and which keys are left alone.</summary>
public class UndoConverterTests
{
    private const ulong Now = 10_000_000;
    private const ulong Future = 4_102_444_800_000;

    private readonly ModelServer _server = new();
    private UndoConverter _converter = new();

    [Fact]
    public void The_key_that_changed_last_comes_first_and_each_key_once()
    {
        Change("a", KvrocksType.String, key => key.Text = "1");
        Change("b", KvrocksType.Set, key => (key.Fields["m"], key.Expiry) = ("", Future));
        Change("a", KvrocksType.String, key => key.Text = "2");
        Change("c", KvrocksType.String, key => key.Text = "3");
        Change("b", KvrocksType.Set, key => (key.Fields["n"], key.Expiry) = ("", 0));
        Change("a", KvrocksType.String, key => key.Text = "4");
        Assert.Equal(["SET a 1", "MULTI", "DEL b", "SADD b m", "PEXPIREAT b 4102444800000", "EXEC", "DEL c"], Undo(kept: 2));
        Assert.Equal(["SET a 2", "MULTI", "DEL b", "SADD b m", "PEXPIREAT b 4102444800000", "EXEC"], Undo(kept: 4));
        Assert.Equal(["DEL a", "DEL b", "DEL c"], Undo(kept: 0));
        Assert.Empty(_converter.Notes);
        Assert.Empty(Undo(kept: 6));
        Assert.Empty(_converter.Notes);
    }

    [Fact]
    public void Every_key_that_a_flush_deleted_is_created_again()
    {
        Change("a", KvrocksType.String, key => key.Text = "1");
        Change("b", KvrocksType.List, key => key.List = ["x", "y"]);
        _server.Flush(isByKeys: false);
        _server.EndBatch();
        Change("c", KvrocksType.String, key => key.Text = "2");
        Assert.Equal(["DEL c", "MULTI", "DEL b", "RPUSH b x y", "EXEC", "SET a 1"], Undo(kept: 2));
    }

    [Fact]
    public void A_rename_gives_both_keys_their_earlier_state()
    {
        Change("a", KvrocksType.Set, key => key.Fields["m"] = "");
        Change("b", KvrocksType.String, key => key.Text = "1");
        _server.Copy("a", "b", isMove: true);
        _server.EndBatch();
        Assert.Equal(["MULTI", "DEL a", "SADD a m", "EXEC", "SET b 1"], Undo(kept: 2));
    }

    [Fact]
    public void What_has_expired_since_is_deleted()
    {
        Change("a", KvrocksType.String, key => (key.Text, key.Expiry) = ("1", Now - 1));
        Change("h", KvrocksType.Hash, key =>
        {
            key.FieldExpiries = new() { ["gone"] = Now, ["later"] = Future };
            (key.Fields["gone"], key.Fields["later"], key.Fields["never"]) = ("1", "2", "3");
        });
        Change("a", KvrocksType.String, key => key.Expiry = 0);
        _server.Delete("h");
        _server.EndBatch();
        Assert.Equal(
            [
                "MULTI", "DEL h", "HSET h gone 1 later 2 never 3", "HPEXPIREAT h 4102444800000 FIELDS 1 later", "HDEL h gone", "EXEC",
                "DEL a",
            ],
            Undo(kept: 2));
        Assert.Equal(
            ["Expired  2", "NeedsNewerServer HPEXPIREAT 1"],
            _converter.Notes.Select(note => $"{note.Kind} {note.Subject} {note.Count}").Order());
    }

    /// <summary>A server that does not know JSON.SET refuses the transaction, and so does not delete the key.</summary>
    [Fact]
    public void A_document_is_deleted_and_created_in_one_transaction()
    {
        Change("j", KvrocksType.Json, key => (key.Text, key.Expiry) = ("[1]", Future));
        Change("j", KvrocksType.Json, key => (key.Text, key.Expiry) = ("[2]", 0));
        Assert.Equal(["MULTI", "DEL j", "JSON.SET j $ [1]", "PEXPIREAT j 4102444800000", "EXEC"], Undo(kept: 1));
        Assert.Empty(Undo(kept: 1, new CommandOptions { WithJson = false }));
        Assert.Equal((2UL, KeyLeftAloneReason.JsonOmitted), (_converter.LeftAlone[0].Sequence, _converter.LeftAlone[0].Reason));
        Assert.Equal(ConversionNoteKind.JsonOmitted, Assert.Single(_converter.Notes).Kind);
    }

    [Fact]
    public void A_key_is_left_alone_if_a_log_without_its_beginning_does_not_show_it()
    {
        Change("s", KvrocksType.String, key => key.Text = "1");
        Change("h", KvrocksType.Hash, key => key.Fields["f"] = "1");
        Change("h", KvrocksType.Hash, key => key.Fields["g"] = "1");
        Change("s", KvrocksType.String, key => key.Text = "2");
        Change("h", KvrocksType.Hash, key => key.Fields["g"] = "2");
        _server.Delete("s");
        _server.EndBatch();

        // The log begins with the third batch: it shows s before the fifth, and only a part of h.
        Assert.Equal(["SET s 2"], Undo(kept: 4, skipped: 2));
        Assert.Equal([("h", KeyLeftAloneReason.IncompleteBefore)], LeftAlone());

        // Before its first batch, it shows nothing.
        Assert.Empty(Undo(kept: 0, skipped: 4));
        Assert.Equal([("s", KeyLeftAloneReason.UnknownBefore), ("h", KeyLeftAloneReason.UnknownBefore)], LeftAlone());
        Assert.Equal(["DEL s", "DEL h"], Undo(kept: 0));
    }

    [Fact]
    public void A_key_is_brought_back_if_a_log_without_its_beginning_shows_it_from_its_creation()
    {
        Change("other", KvrocksType.String, key => key.Text = "1");
        Change("b", KvrocksType.Bitmap, key => key.Bits = [0x80]);
        Change("x", KvrocksType.Bitmap, key => key.Bits = [0x80]);
        _server.Delete("b");
        _server.EndBatch();
        Change("b", KvrocksType.Bitmap, key => key.Bits = [0x40]);
        _server.Delete("b");
        _server.Delete("x");
        _server.EndBatch();

        // The size of a bitmap does not show which of its fragments are missing.
        Assert.Equal(["MULTI", "DEL b", "SET b @", "EXEC"], Undo(kept: 5, skipped: 1));
        Assert.Equal([("x", KeyLeftAloneReason.IncompleteBefore)], LeftAlone());
        Assert.Equal(["DEL b"], Undo(kept: 4, skipped: 1));
    }

    [Fact]
    public void Keys_that_a_flush_deleted_and_that_the_log_does_not_show_are_noted()
    {
        Change("a", KvrocksType.String, key => key.Text = "1");
        Change("b", KvrocksType.String, key => key.Text = "1");
        _server.Flush(isByKeys: false);
        _server.EndBatch();
        Change("a", KvrocksType.String, key => key.Text = "2");
        Assert.Equal(["SET b 1"], Undo(kept: 2, skipped: 1));
        Assert.Equal([("a", KeyLeftAloneReason.UnknownBefore)], LeftAlone());
        Assert.Contains(_converter.Notes, note => note is { Kind: ConversionNoteKind.UnknownRange, Count: 1 });

        // After the flush, all keys of the namespace are known.
        Assert.Equal(["DEL a"], Undo(kept: 3, skipped: 1));
        Assert.Empty(_converter.Notes);
    }

    /// <summary>The elements that were deleted and added in the gap leave the right number of elements.</summary>
    [Fact]
    public void What_is_known_from_before_a_gap_is_not_relied_upon()
    {
        Change("s", KvrocksType.Set, key => key.Fields["a"] = "");
        Change("s", KvrocksType.Set, key => key.Fields["b"] = "");
        Change("s", KvrocksType.Set, key => key.Fields.Remove("a"));
        Change("s", KvrocksType.Set, key => key.Fields["c"] = "");
        Change("s", KvrocksType.Set, key => key.Fields["d"] = "");
        Change("s", KvrocksType.Set, key => key.Fields["e"] = "");
        _converter = new UndoConverter();
        Assert.Empty(Convert([_server.Batches[0], _server.Batches[1], _server.Batches[4]], [_server.Batches[5]]));
        Assert.Equal([("s", KeyLeftAloneReason.IncompleteBefore)], LeftAlone());
        Assert.Contains(_converter.Notes, note => note is { Kind: ConversionNoteKind.Gap, Count: 1 });

        // The gap is directly before the first batch that is undone.
        _converter = new UndoConverter();
        Assert.Empty(Convert([_server.Batches[0], _server.Batches[1]], [_server.Batches[3], _server.Batches[4]]));
        Assert.Equal([("s", KeyLeftAloneReason.UnknownBefore)], LeftAlone());

        // A gap among the batches that are undone does not make the earlier state less known.
        _converter = new UndoConverter();
        Assert.Equal(
            ["MULTI", "DEL s", "SADD s a b", "EXEC"],
            Convert([_server.Batches[0], _server.Batches[1]], [_server.Batches[2], _server.Batches[4]]));
        Assert.Contains(_converter.Notes, note => note is { Kind: ConversionNoteKind.Gap, Count: 1 });
    }

    /// <summary>HSET of an existing field writes the field and not the metadata.</summary>
    [Fact]
    public void A_key_of_which_the_log_shows_only_elements_is_left_alone()
    {
        byte[] subkey = [11, .. "__namespace"u8, 0, 0, 0, 1, (byte)'h', 0, 0, 0, 0, 0, 0, 0, 7, (byte)'f'];
        Assert.Empty(Convert([], [new BatchBuilder().Counted(0x05, 0, subkey, "v"u8.ToArray()).Build(9).ToArray()]));
        Assert.Equal([("h", KeyLeftAloneReason.UnknownBefore)], LeftAlone());
        Assert.Equal(9UL, _converter.LeftAlone[0].Sequence);
    }

    /// <summary>The first key looks as if it began with its slot, the check value 0x31C3 of "123456789"; the next keys have none.</summary>
    [Fact]
    public void Commands_are_noted_if_keys_were_read_with_a_slot_that_they_do_not_have()
    {
        byte[][] names = [[0x31, 0xC3, .. "123456789"u8], "one"u8.ToArray(), "two"u8.ToArray(), "three"u8.ToArray()];
        List<byte[]> batches =
        [
            .. names.Select((name, i) => new BatchBuilder()
                .Counted(0x05, 1, [11, .. "__namespace"u8, .. name], [0x81, .. new byte[8], (byte)'v']).Build((ulong)i + 1).ToArray()),
        ];
        Assert.NotEmpty(Convert(batches[..1], batches[1..]));
        Assert.Contains(_converter.Notes, note => note.Kind == ConversionNoteKind.SlotEncodingTurned);
        _converter = new UndoConverter();
        Assert.NotEmpty(Convert(batches[..3], batches[3..]));
        Assert.Empty(_converter.Notes);
    }

    [Fact]
    public void A_stream_is_complete_only_with_its_groups()
    {
        Change("x", KvrocksType.Stream, key => key.Stream.Groups["g"] = new ModelGroup());
        Change("x", KvrocksType.Stream, key =>
        {
            key.Stream.LastId = new StreamEntryId(5, 0);
            key.Stream.Entries[key.Stream.LastId] = ["f", "v"];
            key.Stream.EntriesAdded++;
        });
        _server.Delete("x");
        _server.EndBatch();
        Assert.Empty(Undo(kept: 2, skipped: 1));
        Assert.Equal([("x", KeyLeftAloneReason.IncompleteBefore)], LeftAlone());
        Assert.Contains("XADD x 5-0 f v", Undo(kept: 2));
    }

    [Fact]
    public async Task Batches_with_changed_bytes_are_undone()
    {
        List<byte[]> batches = await RecordedLogs.ReadAsync(TestFiles.Committed("kvrocks/types/db"));
        long left = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            List<byte[]> changed = [];
            foreach (byte[] payload in batches)
            {
                byte[] bytes = [.. payload];
                const int HeaderSize = 12;
                for (int i = random.Next(4); i > 0 && bytes.Length > HeaderSize; i--)
                {
                    bytes[random.Next(HeaderSize, bytes.Length)] = (byte)(random.Next(4) == 0 ? 0xFF : random.Next(256));
                }

                changed.Add(bytes);
            }

            int kept = random.Next(changed.Count);
            _converter = new UndoConverter();
            Assert.NotEqual(0, Convert(changed[..kept], changed[kept..]).Length + _converter.LeftAlone.Count);
            left += _converter.LeftAlone.Count;
        }

        Assert.NotEqual(0, left);
    }

    private void Change(string name, KvrocksType type, Action<ModelKey> change)
    {
        _server.Change(name, type, change);
        _server.EndBatch();
    }

    /// <summary>Undoes the batches after the kept ones, with a log that begins after the skipped ones.</summary>
    private string[] Undo(int kept, int skipped = 0) => Undo(kept, new CommandOptions(), skipped);

    private string[] Undo(int kept, CommandOptions options, int skipped = 0)
    {
        _converter = new UndoConverter(options with { Clock = new Clock() });
        int first = Math.Max(kept, skipped);
        return Convert(_server.Batches[skipped..first], _server.Batches[first..]);
    }

    private string[] Convert(List<byte[]> kept, List<byte[]> undone)
    {
        foreach (byte[] payload in kept)
        {
            var batch = new WriteBatch(payload);
            _converter.Skip(ref batch);
        }

        foreach (byte[] payload in undone)
        {
            var batch = new WriteBatch(payload);
            _converter.Undo(ref batch);
        }

        return [.. _converter.Complete().Select(command => command.ToString())];
    }

    private IEnumerable<(string Key, KeyLeftAloneReason Reason)> LeftAlone() =>
        _converter.LeftAlone.Select(key => (Encoding.UTF8.GetString(key.Key.Span), key.Reason));

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds((long)Now);
    }
}
