using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

public class TextTests
{
    private static async Task<string[]> Lines(byte[] log, params string[] options) =>
        (await ToolRun.Of(log, ["dump", "-", .. options])).OutputLines;

    [Fact]
    public async Task Each_record_and_each_operation_is_one_line()
    {
        byte[] log = WalBytes.Record(WalBytes.Batch(
            1500, 3, WalBytes.Put("k", "v"), WalBytes.Put(4, "k", "v"), WalBytes.DeleteRange("a", "b"), WalBytes.Noop(),
            WalBytes.LogData("note"), WalBytes.CommitWithTimestamp("t", "x")));
        Assert.Equal(
            [
                "standard input (log 9)",
                "offset 0, sequence 1,500, count 3, 40 bytes",
                "  1,500  Put           k = v",
                "  1,501  Put           cf 4  k = v",
                "  1,502  DeleteRange   a .. b",
                "  1,503  Noop",
                "  1,503  LogData       note",
                "  1,503  CommitWithTimestamp  xid x  timestamp t",
                "1 record read, 6 operations shown",
            ],
            await Lines(log, "--log-number", "9"));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("grüße", "grüße")]
    [InlineData("hex:00", "hex:6865783a3030")]
    [InlineData("\u001b[31m", "hex:1b5b33316d")]
    public async Task Bytes_are_shown_as_text_if_possible(string value, string shown)
    {
        string[] lines = await Lines(WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", value))));
        Assert.Equal($"  1  Put           k = {shown}", lines[2]);
    }

    [Fact]
    public async Task Long_values_are_truncated_and_their_size_is_shown()
    {
        string[] lines = await Lines(WalBytes.Record(WalBytes.Batch(
            1, 3, WalBytes.Put("k", new string('a', 256)), WalBytes.Put("k", new string('a', 3000)), WalBytes.Put([1], new byte[257]))));
        Assert.Equal($"  1  Put           k = {new string('a', 256)}", lines[2]);
        Assert.Equal($"  2  Put           k = \"{new string('a', 256)}\"... (3,000 bytes)", lines[3]);
        Assert.Equal($"  3  Put           hex:01 = hex:{new string('0', 512)}... (257 bytes)", lines[4]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task No_character_is_split(int before)
    {
        string value = new string('a', before) + new string('€', 100);
        string[] lines = await Lines(WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", value))));
        string shown = value[..(before + ((256 - before) / 3))];
        Assert.Equal($"  1  Put           k = \"{shown}\"... ({300 + before} bytes)", lines[2]);
    }

    [Fact]
    public async Task An_entity_has_a_line_for_each_column()
    {
        // Version 1, two columns: the name and the size of each, then the values.
        byte[] entity = [1, 2, 0, 1, 3, (byte)'c', (byte)'o', (byte)'l', 2, (byte)'a', (byte)'b', (byte)'c'];
        byte[] unreadable = [9, 0];
        byte[] log = WalBytes.Record(WalBytes.Batch(1, 2, WalBytes.PutEntity("k", entity), WalBytes.PutEntity("k", unreadable)));
        Assert.Equal(
            [
                "  1  PutEntity     k",
                "       \"\" = a",
                "       col = bc",
                "  2  PutEntity     k = hex:0900 (columns not readable: Unsupported wide column version: 9)",
            ],
            (await Lines(log))[2..^2]);
        string[] withoutValues = await Lines(log, "--no-values");
        Assert.Equal(["  1  PutEntity     k", "  2  PutEntity     k"], withoutValues[2..^2]);

        // RocksDB refuses such an entity.
        Assert.StartsWith("! standard input, offset 0: Unsupported wide column version: 9", withoutValues[^2]);
    }

    [Fact]
    public async Task The_fragment_count_of_a_record_is_shown()
    {
        ToolRun run = await ToolRun.Of("dump", TestFiles.Committed("kvrocks/large"), "--type", "Put");
        Assert.Contains(
            run.OutputLines,
            line => line.StartsWith("offset ", StringComparison.Ordinal) && line.EndsWith(" fragments", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Damage_and_a_stale_tail_are_marked()
    {
        ToolRun run = await ToolRun.Of("dump", TestFiles.Committed("rocksdb/recycled/000016.log"));
        Assert.StartsWith("~ offset 32768: record of log ", run.OutputLines[^3]);
        Assert.Equal(
            "! 000016.log, offset 5760: stale tail, left over from the recycled log's earlier use; no damage, 35861 bytes",
            run.OutputLines[^2]);
        Assert.Equal("40 records read, 148 operations shown", run.OutputLines[^1]);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Colours_are_used_on_terminals_that_support_them()
    {
        string log = TestFiles.Committed("hostile/rocksdb-hangs-7.log");
        Assert.Contains("\e[1;31m! ", (await ToolRun.OnTerminal(80, usesColour: true, "dump", log)).Output);
        Assert.DoesNotContain('\e', (await ToolRun.OnTerminal(80, usesColour: false, "dump", log)).Output);
        Assert.DoesNotContain('\e', (await ToolRun.Of("dump", log)).Output);
    }
}
