using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Fixtures;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>The commands that the converter creates for each type.</summary>
public class ConverterTests
{
    private const ulong Future = 4_102_444_800_000;

    private readonly ModelServer _server = new();
    private readonly Clock _clock = new() { Now = DateTimeOffset.FromUnixTimeMilliseconds(10_000_000) };

    [Fact]
    public void A_string_is_set_with_its_expiry()
    {
        _server.Change("s", KvrocksType.String, key => (key.Text, key.Expiry) = ("v", Future));
        Assert.Equal(["SET s v PXAT 4102444800000"], Next());
        _server.Change("s", KvrocksType.String, key => key.Expiry = 0);
        Assert.Equal(["PERSIST s"], Next());
        _server.Change("s", KvrocksType.String, key => key.Expiry = Future);
        Assert.Equal(["PEXPIREAT s 4102444800000"], Next());
        _server.Delete("s");
        Assert.Equal(["DEL s"], Next());
    }

    [Fact]
    public void Several_commands_of_a_batch_are_a_transaction()
    {
        _server.Change("s", KvrocksType.String, key => key.Text = "v");
        _server.Change("h", KvrocksType.Hash, key => key.Fields["f"] = "v");
        Assert.Equal(["MULTI", "SET s v", "HSET h f v", "EXEC"], Next());
    }

    [Fact]
    public void A_new_version_replaces_the_old_one()
    {
        _server.Change("k", KvrocksType.Set, key => key.Fields["a"] = "");
        Assert.Equal(["SADD k a"], Next());
        _server.Delete("k");
        _server.Change("k", KvrocksType.Set, key => key.Fields["b"] = "");
        Assert.Equal(["MULTI", "DEL k", "SADD k b", "EXEC"], Next());
        _server.Delete("k");
        _server.Change("k", KvrocksType.String, key => key.Text = "s");
        Assert.Equal(["SET k s"], Next());
    }

    [Fact]
    public void A_rename_or_a_copy_is_one_command()
    {
        _server.Change("a", KvrocksType.ZSet, key => (key.Scores["m"], key.Scores["n"], key.Expiry) = (1.5, -0.0, Future));
        Assert.Equal(["MULTI", "ZADD a 1.5 m -0 n", "PEXPIREAT a 4102444800000", "EXEC"], Next());
        _server.Copy("a", "b", isMove: true);
        Assert.Equal(["RENAME a b"], Next());
        _server.Copy("b", "c", isMove: false);
        Assert.Equal(["COPY b c"], Next());
        _server.Change("d", KvrocksType.String, key => key.Text = "s");
        Assert.Equal(["SET d s"], Next());
        _server.Copy("c", "d", isMove: false);
        Assert.Equal(["COPY b d REPLACE"], Next());

        // A key that is renamed and changed in one batch is written as a new key.
        _server.Copy("b", "e", isMove: true);
        _server.Change("e", KvrocksType.ZSet, key => key.Scores["m"] = 2);
        Assert.Equal(["MULTI", "ZADD e 2 m -0 n", "PEXPIREAT e 4102444800000", "DEL b", "EXEC"], Next());
    }

    [Fact]
    public void A_key_that_the_server_has_miscounted_gets_no_expiry_without_elements()
    {
        foreach (ulong expiry in (ulong[])[9_000_000, Future])
        {
            string name = $"k{expiry}";
            _server.Change(name, KvrocksType.Set, key => key.Fields["a"] = "");
            _server.Change(name, KvrocksType.Set, key => (key.Miscount, key.Expiry) = (1, expiry));
            Next();
            _server.Change(name, KvrocksType.Set, key => key.Fields.Clear());
            Assert.Equal([$"SREM {name} a"], Next());
        }

        _server.Change($"k{Future}", KvrocksType.Set, key => key.Expiry = Future + 1);
        Assert.Empty(Next());
        Assert.Empty(_converter!.Complete());
        _server.Change($"k{Future}", KvrocksType.Set, key => key.Fields["b"] = "");
        Assert.Equal(["MULTI", $"SADD k{Future} b", $"PEXPIREAT k{Future} {Future + 1}", "EXEC"], Next());
    }

    [Fact]
    public void Expiries_in_the_past_or_near_future_are_sent_last()
    {
        ulong past = 9_000_000;
        _server.Change("s", KvrocksType.Set, key => (key.Fields["a"], key.Expiry) = ("", past));
        Assert.Equal(["SADD s a"], Next());
        _server.Change("s", KvrocksType.Set, key => key.Fields["b"] = "");
        Assert.Equal(["SADD s b"], Next());
        _server.Change("t", KvrocksType.String, key => (key.Text, key.Expiry) = ("v", past));
        Assert.Equal(["SET t v"], Next());
        _server.Change("t", KvrocksType.String, key => key.Expiry = 0);
        Assert.Empty(Next());
        Assert.Equal(["PEXPIREAT s 9000000"], _converter!.Complete().Select(command => command.ToString()));
    }

    [Fact]
    public void A_key_that_may_have_expired_in_the_meantime_is_written_again()
    {
        ulong soon = 10_000_000 + 2 * 86_400_000;
        _server.Change("s", KvrocksType.Set, key => (key.Fields["a"], key.Expiry) = ("", soon));
        Assert.Equal(["MULTI", "SADD s a", "PEXPIREAT s 182800000", "EXEC"], Next());
        _clock.Now += TimeSpan.FromDays(3);
        _server.Change("s", KvrocksType.Set, key => (key.Fields["b"], key.Expiry) = ("", 0));
        Assert.Equal(["MULTI", "DEL s", "SADD s a b", "EXEC"], Next());
    }

    [Fact]
    public void HPEXPIREAT_follows_the_transaction()
    {
        _server.Change("h", KvrocksType.Hash, key =>
        {
            key.FieldExpiries = new() { ["f"] = Future, ["g"] = Future, ["p"] = 1 };
            (key.Fields["f"], key.Fields["g"], key.Fields["p"], key.Fields["n"]) = ("1", "2", "3", "4");
        });
        _server.Change("s", KvrocksType.String, key => key.Text = "v");
        Assert.Equal(["MULTI", "HSET h f 1 g 2 n 4 p 3", "SET s v", "EXEC", "HPEXPIREAT h 4102444800000 FIELDS 2 f g"], Next());
        _server.Change("h", KvrocksType.Hash, key => key.FieldExpiries!.Remove("f"));
        Assert.Equal(["HSET h f 1"], Next());
        Assert.Equal(
            ["HPEXPIREAT h 4102444800000 FIELDS 1 g", "HPEXPIREAT h 1 FIELDS 1 p"],
            _converter!.Complete().Select(command => command.ToString()));
        Assert.Contains(_converter.Notes, note => note is { Kind: ConversionNoteKind.NeedsNewerServer, Count: 3 });
    }

    [Fact]
    public void Without_the_expiry_of_fields_the_hashes_are_noted()
    {
        _converter = new CommandConverter(new CommandOptions { WithFieldExpiry = false, Clock = _clock });
        _server.Change("h", KvrocksType.Hash, key =>
        {
            key.FieldExpiries = new() { ["f"] = Future };
            (key.Fields["f"], key.Fields["n"]) = ("1", "2");
        });
        Assert.Equal(["HSET h f 1 n 2"], Next());
        Assert.Empty(_converter.Complete());
        ConversionNote note = Assert.Single(_converter.Notes);
        Assert.Equal((ConversionNoteKind.FieldExpiryOmitted, 1L), (note.Kind, note.Count));
    }

    [Fact]
    public void A_score_that_changes_from_zero_to_negative_zero_is_written()
    {
        _server.Change("z", KvrocksType.ZSet, key => key.Scores["m"] = 0.0);
        Assert.Equal(["ZADD z 0 m"], Next());
        _server.Change("z", KvrocksType.ZSet, key => key.Scores["m"] = -0.0);
        Assert.Equal(["MULTI", "ZADD z 1 m", "ZADD z -0 m", "EXEC"], Next());
    }

    [Fact]
    public void Changes_at_the_ends_of_a_list_are_pushes_and_pops()
    {
        _server.Change("l", KvrocksType.List, key => key.List = ["a", "b", "c"]);
        Assert.Equal(["RPUSH l a b c"], Next());
        _server.Change("l", KvrocksType.List, key => (key.List, key.Head) = (["y", "x", "a", "b", "c"], key.Head - 2));
        Assert.Equal(["LPUSH l x y"], Next());
        _server.Change("l", KvrocksType.List, key => (key.List, key.Head) = (["x", "a", "b", "c", "y"], key.Head + 1));
        Assert.Equal(["MULTI", "LPOP l", "RPUSH l y", "EXEC"], Next());
        _server.Change("l", KvrocksType.List, key => key.List[2] = "B");
        Assert.Equal(["LSET l 2 B"], Next());
        _server.Change("l", KvrocksType.List, key => (key.List, key.Head) = (["B", "c"], key.Head + 2));
        Assert.Equal(["MULTI", "LPOP l 2", "RPOP l", "EXEC"], Next());
    }

    [Fact]
    public void A_bitmap_is_changed_by_bit_or_by_range()
    {
        _server.Change("b", KvrocksType.Bitmap, key => key.Bits = [0x80]);
        Assert.Equal(["SET b 0x80"], Next());
        _server.Change("b", KvrocksType.Bitmap, key => key.Bits = [0x90]);
        Assert.Equal(["SETBIT b 3 1"], Next());
        _server.Change("b", KvrocksType.Bitmap, key => key.Bits = [0x90, 0xFF, 0x01]);
        Assert.Equal(["SETRANGE b 1 0xFF01"], Next());
        _server.Change("b", KvrocksType.Bitmap, key => key.Bits = [0x90, 0xFF, 0x01, 0]);
        Assert.Equal(["SETRANGE b 3 0x00"], Next());
    }

    [Fact]
    public void Types_of_Kvrocks_are_sent_to_Kvrocks()
    {
        _server.Change("i", KvrocksType.SortedInt, key => key.Numbers.UnionWith([3, 1]));
        Assert.Equal(["SIADD i 1 3"], Next(CommandTarget.Kvrocks));
        _server.Change("i", KvrocksType.SortedInt, key => key.Numbers.Remove(3));
        Assert.Equal(["SIREM i 3"], Next());
        _server.Change("b", KvrocksType.Bitmap, key => key.Bits = [0x80, 0, 0]);
        Assert.Equal(["MULTI", "BITFIELD b SET u8 0 1", "SETBIT b 16 0", "EXEC"], Next());

        // SETBIT may have stored a longer fragment than the bitmap; BITFIELD would make the bitmap as long as that.
        _server.Change("b", KvrocksType.Bitmap, key => key.Bits = [0x88, 0, 0x40]);
        Assert.Equal(["MULTI", "SETBIT b 4 1", "SETBIT b 17 1", "EXEC"], Next());
        _server.Change("b", KvrocksType.Bitmap, key => key.Bits = [0x88, 0xFF, 0x40, .. new byte[1021], 1]);
        Assert.Equal(["MULTI", "BITFIELD b SET u8 8 255", "BITFIELD b SET u8 8192 128", "EXEC"], Next());
        _server.Change("l", KvrocksType.HyperLogLog, _ => { });
        Assert.Equal(["PFMERGE l l"], Next());
        _server.Change("l", KvrocksType.HyperLogLog, key => key.Registers[0] = 3);
        Assert.Equal("PFADD l 0x", Assert.Single(Next())[..10]);
        _server.Change("l", KvrocksType.HyperLogLog, key => key.Registers[0] = 2);
        Assert.Equal("DEL l", Next()[1]);
        Assert.Empty(_converter!.Notes);

        // No element gives a register the value 63.
        _server.Change("l", KvrocksType.HyperLogLog, key => key.Registers[0] = 63);
        Assert.Empty(Next());
        Assert.Equal(ConversionNoteKind.Undecodable, Assert.Single(_converter.Notes).Kind);
    }

    [Fact]
    public void A_HyperLogLog_is_changed_by_segment()
    {
        _server.Change("p", KvrocksType.HyperLogLog, key => key.Registers[0] = 3);
        string all = Assert.Single(Next());
        Assert.StartsWith("SET p 0x48594C4C", all, StringComparison.OrdinalIgnoreCase);
        _server.Change("p", KvrocksType.HyperLogLog, key => key.Registers[768] = 5);
        string[] commands = [.. Next()];
        Assert.Equal(["MULTI", "SETRANGE p 15 0x80"], commands[..2]);
        Assert.StartsWith("SETRANGE p 784 0x0500", commands[2], StringComparison.Ordinal);
        Assert.Equal("EXEC", commands[3]);
    }

    [Fact]
    public void A_list_of_which_a_part_is_known_is_changed_at_its_ends()
    {
        _server.Change("l", KvrocksType.List, key => key.List = ["a", "b", "c"]);
        Next();

        // A push and a pop that are not in the log: one element is not known, and one is known that the list no longer has.
        _server.Change("l", KvrocksType.List, key => (key.List, key.Head) = (["b", "c", "d"], key.Head + 1));
        _server.EndBatch();
        _server.Change("l", KvrocksType.List, key => (key.List, key.Head) = (["c", "d", "e"], key.Head + 1));
        Assert.Equal(["MULTI", "LPOP l 2", "RPUSH l e", "EXEC"], Next());
    }

    [Fact]
    public void A_sortedint_with_rounded_scores_is_noted_once()
    {
        const ulong Limit = 1UL << 53;
        _server.Change(
            "exact",
            KvrocksType.SortedInt,
            key => key.Numbers.UnionWith([0, Limit - 1, Limit, Limit + 2, 1UL << 63, ulong.MaxValue << 11]));
        Next();
        Assert.Equal((ConversionNoteKind.OtherType, "sortedint"), (_converter!.Notes[0].Kind, _converter.Notes[0].Subject));
        _server.Change("rounded", KvrocksType.SortedInt, key => key.Numbers.UnionWith([1, Limit + 1]));
        Assert.Equal(["ZADD rounded 1 1 9007199254740993 9007199254740993"], Next());
        _server.Change("rounded", KvrocksType.SortedInt, key => key.Numbers.Add(ulong.MaxValue));
        Next();
        Assert.Equal(2, _converter.Notes[0].Count);
        ConversionNote note = Assert.Single(_converter.Notes, note => note.Kind != ConversionNoteKind.OtherType);
        Assert.Equal((ConversionNoteKind.RoundedScore, "", 1), (note.Kind, note.Subject, note.Count));
        Assert.Equal("rounded"u8, Assert.Single(note.Examples).Span);
    }

    [Fact]
    public void Kvrocks_does_not_round_a_sortedint()
    {
        _server.Change("i", KvrocksType.SortedInt, key => key.Numbers.Add(ulong.MaxValue));
        Assert.Equal(["SIADD i 18446744073709551615"], Next(CommandTarget.Kvrocks));
        Assert.Empty(_converter!.Notes);
    }

    [Fact]
    public void A_stream_is_written_with_its_ids_groups_and_pending_entries()
    {
        _server.Change("s", KvrocksType.Stream, key => Add(key.Stream, 1));
        Assert.Equal(["XADD s 1-0 f v"], Next());
        _server.Change("s", KvrocksType.Stream, key =>
        {
            Add(key.Stream, 2);
            key.Stream.Entries.Remove(new StreamEntryId(1, 0));
        });
        Assert.Equal(["XADD s MINID = 2-0 2-0 f v"], Next());
        _server.Change(
            "s", KvrocksType.Stream, key => key.Stream.Groups["g"] = new ModelGroup { EntriesRead = 1, LastId = new StreamEntryId(2, 0) });
        Assert.Equal(["XGROUP CREATE s g 2-0 ENTRIESREAD 1"], Next());
        _server.Change("s", KvrocksType.Stream, key =>
        {
            key.Stream.Groups["g"].Consumers.Add("c");
            key.Stream.Groups["g"].Pending[new StreamEntryId(2, 0)] = new ModelPending("c", 77, 3);
        });
        Assert.Equal(["XCLAIM s g c 0 2-0 TIME 77 RETRYCOUNT 3 FORCE JUSTID"], Next());
        _server.Change("s", KvrocksType.Stream, key =>
        {
            key.Stream.Entries.Clear();
            key.Stream.MaxDeletedId = new StreamEntryId(2, 0);
        });
        Assert.Equal(["XDEL s 2-0"], Next());

        // A deleted entry cannot be claimed, so the whole stream is written again, with a placeholder for the deleted entry.
        _server.Change(
            "s", KvrocksType.Stream, key => key.Stream.Groups["g"].Pending[new StreamEntryId(2, 0)] = new ModelPending("d", 78, 4));
        Assert.Equal(
            [
                "MULTI", "DEL s", "XADD s 2-0 - -", "XGROUP CREATE s g 2-0 ENTRIESREAD 1", "XGROUP CREATECONSUMER s g c",
                "XCLAIM s g d 0 2-0 TIME 78 RETRYCOUNT 4 FORCE JUSTID", "XTRIM s MAXLEN = 0",
                "XSETID s 2-0 ENTRIESADDED 2 MAXDELETEDID 2-0", "EXEC",
            ],
            Next());
    }

    [Fact]
    public void An_empty_stream_is_created_with_its_group()
    {
        _server.Change("s", KvrocksType.Stream, key => key.Stream.Groups["g"] = new ModelGroup());
        Assert.Equal(["XGROUP CREATE s g 0-0 MKSTREAM"], Next());
        _server.Change("t", KvrocksType.Stream, key => (key.Stream.LastId, key.Stream.EntriesAdded) = (new StreamEntryId(5, 1), 3));
        Assert.Equal(["MULTI", "XADD t MAXLEN = 0 5-1 - -", "XSETID t 5-1 ENTRIESADDED 3", "EXEC"], Next());
    }

    [Fact]
    public void JSON_commands_follow_the_transaction()
    {
        _server.Change("j", KvrocksType.Json, key => key.Text = "[1]");
        _server.Change("a", KvrocksType.String, key => key.Text = "1");
        _server.Change("b", KvrocksType.String, key => key.Text = "2");
        Assert.Equal(["MULTI", "SET a 1", "SET b 2", "EXEC", "JSON.SET j $ [1]"], Next());
        Assert.Contains(_converter!.Notes, note => note is { Kind: ConversionNoteKind.NeedsNewerServer, Subject: "JSON.SET", Count: 1 });
    }

    [Fact]
    public void A_type_without_commands_is_counted_once_for_each_key()
    {
        _server.Change("f", KvrocksType.BloomFilter, _ => { });
        Assert.Empty(Next());
        _server.Change("f", KvrocksType.BloomFilter, key => key.Expiry = Future);
        _server.Change("gone", KvrocksType.BloomFilter, _ => { });
        Assert.Empty(Next());
        _server.Delete("gone");
        Assert.Empty(Next());
        Assert.Empty(_converter!.Complete());
        AssertOmitted(_converter, ConversionNoteKind.NoCommand, "MBbloom--");
    }

    /// <summary>A load in several runs ends with the same notes as one in a single run.</summary>
    [Theory]
    [InlineData(KvrocksType.BloomFilter, ConversionNoteKind.NoCommand, "MBbloom--")]
    [InlineData(KvrocksType.Json, ConversionNoteKind.JsonOmitted, "ReJSON-RL")]
    public void A_key_that_is_omitted_in_a_skipped_batch_is_noted(KvrocksType type, ConversionNoteKind kind, string subject)
    {
        _server.Change("f", type, key => key.Text = "[1]");
        _server.EndBatch();
        var converter = new CommandConverter(new CommandOptions { WithJson = false, Clock = _clock });
        var batch = new WriteBatch(_server.Batches[0]);
        converter.Skip(ref batch);
        Assert.Empty(converter.Resume());
        Assert.Empty(converter.Complete());
        AssertOmitted(converter, kind, subject);
    }

    private static void AssertOmitted(CommandConverter converter, ConversionNoteKind kind, string subject)
    {
        ConversionNote note = Assert.Single(converter.Notes);
        Assert.Equal((kind, subject, 1), (note.Kind, note.Subject, note.Count));
        Assert.Equal("f"u8, Assert.Single(note.Examples).Span);
    }

    [Fact]
    public void A_flush_is_one_command_and_later_changes_of_the_batch_remain()
    {
        _server.Change("a", KvrocksType.String, key => key.Text = "1");
        _server.Change("b", KvrocksType.String, key => key.Text = "2");
        Next();
        _server.Flush(isByKeys: false);
        _server.Change("a", KvrocksType.String, key => key.Text = "1");
        Assert.Equal(["MULTI", "FLUSHDB", "SET a 1", "EXEC"], Next());
        _server.Flush(isByKeys: true);
        Assert.Equal(["FLUSHALL"], Next());
    }

    [Fact]
    public void Unknown_state_is_noted_for_a_log_without_its_beginning()
    {
        _server.Change("gone", KvrocksType.String, key => key.Text = "1");
        _server.Change("part", KvrocksType.Set, key => key.Fields["a"] = "");
        _server.EndBatch();
        _server.Batches.Clear();
        _server.Delete("gone");
        Assert.Equal(["DEL gone"], Next());
        _server.Change("part", KvrocksType.Set, key => key.Fields["b"] = "");
        Assert.Equal(["SADD part b"], Next());
        _server.Change("new", KvrocksType.Set, key => key.Fields["b"] = "");
        Assert.Equal(["MULTI", "DEL new", "SADD new b", "EXEC"], Next());
        _converter!.Complete();
        Assert.Equal(
            [(ConversionNoteKind.UnknownBefore, "", 2L), (ConversionNoteKind.IncompleteKey, "set", 1L)],
            _converter.Notes.Select(note => (note.Kind, note.Subject, note.Count)));
    }

    [Fact]
    public void Large_collections_are_split_into_several_commands()
    {
        _server.Change("s", KvrocksType.Set, key => Enumerable.Range(0, 1100).ToList().ForEach(i => key.Fields[$"{i}"] = ""));
        Assert.Equal([1, 514, 514, 78, 1], NextCommands(CommandTarget.Redis).Select(command => command.Arguments.Length));
    }

    [Fact]
    public void Elements_that_a_complete_log_lacks_were_miscounted_by_the_server()
    {
        var batch = new WriteBatch(
            MadeBatch.Of((MadeBatch.Put, 1, MadeBatch.MetadataKey("ns", "s"), MadeBatch.Metadata((byte)KvrocksType.Set, 1, 5))));
        var converter = new CommandConverter();
        Assert.Empty(converter.Convert(ref batch));
        converter.Complete();
        Assert.Equal(
            [(ConversionNoteKind.Miscounted, "set", 1L)], converter.Notes.Select(note => (note.Kind, note.Subject, note.Count)));
    }

    private static void Add(ModelStream stream, ulong milliseconds)
    {
        stream.LastId = new StreamEntryId(milliseconds, 0);
        stream.Entries[stream.LastId] = ["f", "v"];
        stream.EntriesAdded++;
    }

    private CommandConverter? _converter;

    private string[] Next(CommandTarget target = CommandTarget.Redis) => [.. NextCommands(target).Select(Shown)];

    private IReadOnlyList<RedisCommand> NextCommands(CommandTarget target)
    {
        _converter ??= new CommandConverter(new CommandOptions { Target = target, Clock = _clock });
        _server.EndBatch();
        var batch = new WriteBatch(_server.Batches[^1]);
        return _converter.Convert(ref batch);
    }

    private static string Shown(RedisCommand command) => string.Join(' ', command.Arguments.ToArray().Select(argument =>
        argument.Span.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0
            ? ModelKey.Latin(argument.ToArray())
            : "0x" + Convert.ToHexString(argument.Span)));

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
