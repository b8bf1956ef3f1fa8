using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

public class CsvTests
{
    private const string Header = "file,offset,sequence,type,columnFamily,columnFamilyName,key,value,endKey,timestamp,xid,writeTime";

    private static async Task<string[]> Rows(byte[] log) =>
        (await ToolRun.Of(log, "dump", "-", "--format", "csv")).Output.Split("\r\n");

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("two words", "two words")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("\"", "\"\"\"\"")]
    [InlineData("grüße €", "grüße €")]
    [InlineData("line\nbreak", "hex:6c696e650a627265616b")]
    [InlineData("hex:00", "hex:6865783a3030")]
    [InlineData("\u202Eright to left", "hex:e280ae726967687420746f206c656674")]
    public async Task Bytes_are_shown_as_text_if_possible(string key, string field)
    {
        string[] rows = await Rows(WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put(7, key, "v"))));
        Assert.Equal([Header, $"-,0,1,Put,7,,{field},v,,,,", ""], rows);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_shown_as_hex()
    {
        string[] rows = await Rows(WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put([0xC3], [0xED, 0xA0, 0x80]))));
        Assert.Equal("-,0,1,Put,0,,hex:c3,hex:eda080,,,,", rows[1]);
    }

    [Fact]
    public async Task Fields_are_in_their_columns()
    {
        string[] rows = await Rows(
        [
            .. WalBytes.Record(WalBytes.Batch(1, 0, WalBytes.Noop())),
            .. WalBytes.Record(WalBytes.Batch(
                1, 1, WalBytes.LogData("note"), WalBytes.DeleteRange("a", "b"), WalBytes.CommitWithTimestamp("t", "x"))),
        ]);
        Assert.Equal(
            [
                Header,
                "-,0,1,Noop,,,,,,,,",
                "-,20,1,LogData,,,,note,,,,",
                "-,20,1,DeleteRange,0,,a,,b,,,",
                "-,20,2,CommitWithTimestamp,,,,,,t,x,",
                "",
            ],
            rows);
    }

    [Fact]
    public async Task Damage_goes_to_standard_error()
    {
        byte[] log = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", "v")));
        log[^1] ^= 1;
        ToolRun run = await ToolRun.Of(log, "dump", "-", "--format", "csv");
        Assert.Equal(Header + "\r\n", run.Output);
        Assert.Equal($"walparser: standard input, offset 0: checksum mismatch ({log.Length} bytes dropped)", Assert.Single(run.ErrorLines));
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task A_name_with_a_comma_is_quoted()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a,b", WalBytes.Record(WalBytes.Batch(1, 0, WalBytes.Noop())));
        Assert.StartsWith("\"a,b\",0,1,Noop", (await ToolRun.Of("dump", path, "--format", "csv")).Output.Split("\r\n")[1]);
    }
}
