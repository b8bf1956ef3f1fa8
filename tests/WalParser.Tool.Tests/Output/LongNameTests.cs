using System.Text;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;
using WalParser.Writing;
using static WalParser.TestSupport.Logs.WalBytes;

namespace WalParser.Tool.Tests.Output;

/// <summary>
/// Names in a MANIFEST have any length, and few bytes refer to them: an operation, a log, an edit that changes a comparator. The output
/// stays in proportion to the input.
/// </summary>
public sealed class LongNameTests : IDisposable
{
    private const int NameLength = 50_000;
    private const int Times = 100;

    private readonly TempFolder _folder = new();
    private readonly long _inputSize;

    public LongNameTests()
    {
        string name = new('n', NameLength);
        _folder.Write("CURRENT", "MANIFEST-000003\n"u8.ToArray());
        using (LogWriter manifest = LogWriter.Open(_folder.PathOf("MANIFEST-000003")))
        {
            manifest.Write([1, .. Text("c"), 2, 4, 3, .. Varint(Times + 10), 4, 50]);
            manifest.Write([200, 1, 1, 201, 1, .. Text(name), 1, .. Text(name)]);
            for (byte i = 0; i < Times; i++)
            {
                manifest.Write([200, 1, 1, 1, .. Text("other")]);
                manifest.Write([200, 1, (byte)(i + 2), 201, 1, .. Text("f" + i)]);
            }
        }

        for (int i = 0; i < Times; i++)
        {
            byte[] log = Record(Batch((ulong)i + 1, 1, Put(1, "k", "v")));
            _folder.Write($"{i + 4:D6}.log", log);
            _inputSize += log.Length;
        }

        _inputSize += new FileInfo(_folder.PathOf("MANIFEST-000003")).Length;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("manifest")]
    [InlineData("manifest --format jsonl")]
    [InlineData("verify")]
    [InlineData("verify --format json")]
    [InlineData("info")]
    [InlineData("info --format json")]
    [InlineData("gaps --format json")]
    [InlineData("dump")]
    [InlineData("dump --format jsonl")]
    [InlineData("dump --format csv")]
    [InlineData("dump --recovery")]
    [InlineData("dump --kvrocks --format jsonl")]
    [InlineData("dump --column-family none")]
    [InlineData("keys")]
    [InlineData("commands")]
    [InlineData("transactions")]
    public async Task Output_is_in_proportion(string command)
    {
        ToolRun run = await ToolRun.Of([.. command.Split(' '), _folder.Path]);
        ToolRun onTerminal = await ToolRun.OnTerminal(80, usesColour: false, [.. command.Split(' '), _folder.Path]);
        Assert.InRange(run.Output.Length + run.Error.Length, 1, 3 * _inputSize);
        Assert.InRange(onTerminal.Output.Length + onTerminal.Error.Length, 1, 3 * _inputSize);
        if (!command.Contains("json", StringComparison.Ordinal))
        {
            Assert.All(run.OutputLines, line => Assert.InRange(line.Length, 1, 500));
        }
    }

    [Fact]
    public async Task A_table_is_as_wide_as_the_terminal_at_most()
    {
        ToolRun run = await ToolRun.OnTerminal(80, usesColour: false, "manifest", _folder.Path);
        Assert.All(run.OutputLines, line => Assert.InRange(line.TrimEnd().Length, 0, 80));
    }

    [Fact]
    public async Task A_long_name_is_complete_once()
    {
        ToolRun run = await ToolRun.Of("manifest", "--format", "jsonl", _folder.Path);
        string?[] names = [.. run.OfKind("columnFamily").Select(family => family.GetProperty("name").GetString())];
        Assert.Contains(new string('n', NameLength), names);
        ToolRun dump = await ToolRun.Of("dump", "--format", "jsonl", _folder.Path);
        Assert.Equal(
            new string('n', 256) + "... (50000 characters)",
            dump.OfKind("operation")[0].GetProperty("columnFamilyName").GetString());
    }

    private static byte[] Text(string text) => Field(Encoding.UTF8.GetBytes(text));
}
