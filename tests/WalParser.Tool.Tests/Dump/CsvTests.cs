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

    /// <summary>A spreadsheet takes a cell that begins with one of these characters for a formula, quoted or not.</summary>
    [Theory]
    [InlineData("=1+1|cmd", "'=1+1|cmd", "=1+1|cmd")]
    [InlineData("+SUM(A1)", "'+SUM(A1)", "+SUM(A1)")]
    [InlineData("-2+3", "'-2+3", "-2+3")]
    [InlineData("-", "'-", "-")]
    [InlineData("@SUM(A1)", "'@SUM(A1)", "@SUM(A1)")]
    [InlineData("＝1", "'＝1", "＝1")]
    [InlineData("=a,\"b\"", "\"'=a,\"\"b\"\"\"", "\"=a,\"\"b\"\"\"")]
    [InlineData("\t=1", "hex:093d31", "hex:093d31")]
    [InlineData("\r=1", "hex:0d3d31", "hex:0d3d31")]
    [InlineData("'=1", "hex:273d31", "'=1")]
    [InlineData("'a", "'a", "'a")]
    [InlineData("a=1", "a=1", "a=1")]
    public async Task A_formula_is_given_an_apostrophe_unless_the_user_wants_it_raw(string text, string field, string raw)
    {
        byte[] log = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put(7, text, text)));
        Assert.Equal($"-,0,1,Put,7,,{field},{field},,,,", (await Rows(log))[1]);
        ToolRun run = await ToolRun.Of(log, "dump", "-", "--format", "csv", "--csv-raw");
        Assert.Equal($"-,0,1,Put,7,,{raw},{raw},,,,", run.Output.Split("\r\n")[1]);
    }

    [Fact]
    public async Task Raw_is_for_csv() =>
        Assert.Equal(
            "walparser: --csv-raw requires --format csv; see 'walparser dump --help'",
            Assert.Single((await ToolRun.Of("dump", "-", "--csv-raw")).ErrorLines));

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
        Assert.Equal($"walparser: standard input, offset 0: checksum mismatch ({log.Length} bytes dropped)", run.ErrorLines[0]);
        Assert.StartsWith("walparser: next: write what is readable to a clean log", Assert.Single(run.ErrorLines[1..]));
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task A_name_with_a_comma_is_quoted()
    {
        using var folder = new TempFolder();
        string path = folder.Write("a,b", WalBytes.Record(WalBytes.Batch(1, 0, WalBytes.Noop())));
        Assert.StartsWith("\"a,b\",0,1,Noop", (await ToolRun.Of("dump", path, "--format", "csv")).Output.Split("\r\n")[1]);
        string formula = folder.Write("=\e,\n", WalBytes.Record(WalBytes.Batch(1, 0, WalBytes.Noop())));
        Assert.StartsWith(@"""'=\x1b,\x0a"",0,1,Noop", (await ToolRun.Of("dump", formula, "--format", "csv")).Output.Split("\r\n")[1]);
    }
}
