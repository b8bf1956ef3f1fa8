using System.Text;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Rdb;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Rdb;

/// <summary>The bytes of the format, where no redis-server of this machine reads them.</summary>
public class FormatTests
{
    private const ulong Future = 4_102_444_800_000;

    [Fact]
    public void The_checksum_is_that_of_Redis()
    {
        Assert.Equal(0xE9C6D914C4B8D9CAUL, Crc64.Append(0, "123456789"u8));

        // The bytes in two parts have the same checksum, whatever the parts.
        for (int i = 0; i <= 9; i++)
        {
            Assert.Equal(0xE9C6D914C4B8D9CAUL, Crc64.Append(Crc64.Append(0, "123456789"u8[..i]), "123456789"u8[i..]));
        }
    }

    [Theory]
    [InlineData(0UL, "00")]
    [InlineData(63UL, "3F")]
    [InlineData(64UL, "4040")]
    [InlineData(16_383UL, "7FFF")]
    [InlineData(16_384UL, "8000004000")]
    [InlineData(4_294_967_295UL, "80FFFFFFFF")]
    [InlineData(4_294_967_296UL, "810000000100000000")]
    [InlineData(ulong.MaxValue, "81FFFFFFFFFFFFFFFF")]
    public void A_length_has_its_shortest_form(ulong length, string hex)
    {
        using var stream = new MemoryStream();
        var output = new RdbOutput(stream);
        output.WriteLength(length);
        output.Complete();
        Assert.Equal(hex + "FF", Convert.ToHexString(stream.ToArray()[..^sizeof(ulong)]));
    }

    /// <summary>Redis 7.4 and later have fields that expire: type 24, the least expiry, and the expiries relative to it, plus 1.</summary>
    [Fact]
    public void Fields_with_expiries_raise_the_version_to_12()
    {
        (byte[] file, RdbReport report) = RdbFiles.Write(ExpiringFields(), [RecordedState.DefaultNamespace]);
        Assert.Equal(12, report.Version);
        Assert.Empty(report.Notes);
        Assert.StartsWith("REDIS0012", Encoding.Latin1.GetString(file), StringComparison.Ordinal);
        byte[] expected =
        [
            24, 1, (byte)'h',
            .. BitConverter.GetBytes(Future), 3,
            1, 1, (byte)'a', 2, (byte)'v', (byte)'a',
            0, 1, (byte)'b', 2, (byte)'v', (byte)'b',
            0x43, 0xE9, 1, (byte)'c', 2, (byte)'v', (byte)'c',
        ];
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(file[^(expected.Length + 9)..^9]));
    }

    [Fact]
    public void An_older_version_keeps_the_fields_without_their_expiries_and_says_so()
    {
        (byte[] file, RdbReport report) = RdbFiles.Write(ExpiringFields(), [RecordedState.DefaultNamespace], version: 10);
        Assert.Equal(10, report.Version);
        RdbNote note = Assert.Single(report.Notes);
        Assert.Equal((RdbNoteKind.FieldExpiry, false, 1), (note.Kind, note.IsOmission, note.Count));
        byte[] expected =
        [
            4, 1, (byte)'h', 3, 1, (byte)'a', 2, (byte)'v', (byte)'a', 1, (byte)'b', 2, (byte)'v', (byte)'b', 1, (byte)'c', 2, (byte)'v',
            (byte)'c',
        ];
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(file[^(expected.Length + 9)..^9]));
    }

    /// <summary>Redis 7.2 and later have the active times of consumers: type 21, with a second time after the first.</summary>
    [Fact]
    public void Version_11_has_the_active_times_of_consumers()
    {
        var model = new ModelServer();
        model.Change("s", KvrocksType.Stream, key =>
        {
            key.Stream.Groups["g"] = new ModelGroup();
            key.Stream.Groups["g"].Consumers.Add("c");
        });
        model.EndBatch();
        Keyspace keyspace = RdbFiles.KeyspaceOf(model.Batches);
        byte[] times = [1, (byte)'c', .. BitConverter.GetBytes(1UL), .. BitConverter.GetBytes(1UL), 0];
        byte[] ten = RdbFiles.Write(keyspace, [RecordedState.DefaultNamespace]).File;
        byte[] eleven = RdbFiles.Write(keyspace, [RecordedState.DefaultNamespace], version: 11).File;
        Assert.Equal(Convert.ToHexString(times), Convert.ToHexString(eleven[^(times.Length + 9)..^9]));
        Assert.Equal(Convert.ToHexString((byte[])[.. times[..10], 0]), Convert.ToHexString(ten[^20..^9]));
        Assert.Equal((19, 21), (ten[TypeOffset(ten)], eleven[TypeOffset(eleven)]));

        // The type precedes the name of the only key.
        static int TypeOffset(byte[] file) => file.AsSpan().IndexOf("\u0001s"u8) - 1;
    }

    [Fact]
    public void The_same_keys_give_the_same_bytes()
    {
        Keyspace keyspace = ExpiringFields();
        Assert.Equal(
            RdbFiles.Write(keyspace, [RecordedState.DefaultNamespace]).File,
            RdbFiles.Write(keyspace, [RecordedState.DefaultNamespace]).File);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    public void Other_versions_are_refused(int version) =>
        Assert.Throws<ArgumentException>(() => RdbFile.Write(Stream.Null, [], new RdbOptions { Version = version }));

    /// <summary>A server refuses a file with the same key twice. Keys with different slots could have the same name.</summary>
    [Fact]
    public void A_key_with_two_slots_is_written_once()
    {
        byte[] Key(byte slot) => [2, .. "ns"u8, 0, slot, (byte)'k'];
        byte[] value = [0x81, .. new byte[8], (byte)'v'];
        var keyspace = new Keyspace(new KeyspaceOptions { SlotEncoding = Kvrocks.Keys.SlotEncoding.On });
        var batch = new Batches.WriteBatch(MadeBatch.Of((MadeBatch.Put, 1, Key(1), value), (MadeBatch.Put, 1, Key(2), value)));
        keyspace.Apply(ref batch);
        Assert.Equal(2, keyspace.Keys.Count());
        (_, RdbReport report) = RdbFiles.Write(keyspace, ["ns"]);
        Assert.Equal(1, report.KeyCount);
        Assert.Equal(RdbNoteKind.RepeatedKey, Assert.Single(report.Notes).Kind);
    }

    private static Keyspace ExpiringFields()
    {
        var model = new ModelServer();
        model.Change("h", KvrocksType.Hash, key =>
        {
            key.Fields["a"] = "va";
            key.Fields["b"] = "vb";
            key.Fields["c"] = "vc";
            key.Fields["past"] = "left out";
            key.FieldExpiries = new() { ["a"] = Future, ["c"] = Future + 1000, ["past"] = 1000 };
        });
        model.EndBatch();
        return RdbFiles.KeyspaceOf(model.Batches);
    }
}
