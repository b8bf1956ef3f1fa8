using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Output;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Output;

/// <summary>
/// Nothing that a command writes acts on a terminal or a spreadsheet, in any format, whatever the names, the keys and the values are. The
/// protocol RESP is left out: it is bytes for a server, and not written to a terminal.
/// </summary>
public sealed class HarmlessOutputTests : IDisposable
{
    private readonly HostileDatabase _hostile = new();

    /// <summary>All commands that only read, in all formats. PATH stands for the input, and OUTPUT for a folder to write to.</summary>
    public static TheoryData<string> Commands { get; } =
    [
        "verify PATH", "verify --format json PATH", "info PATH", "info --format json PATH", "gaps PATH", "gaps --format json PATH",
        "manifest PATH", "manifest --format jsonl PATH", "keys PATH", "keys --format jsonl PATH", "keys --expired --slot-encoding off PATH",
        "history KEY PATH", "history KEY --format jsonl PATH",
        "commands PATH", "commands --format jsonl PATH", "commands --target kvrocks PATH",
        "commands --undo --from-sequence 1 PATH", "commands --undo --from-sequence 11 --format jsonl PATH",
        "transactions PATH", "transactions --format jsonl PATH", "diff PATH LOG", "diff --format jsonl PATH LOG", "dump PATH",
        "dump --format jsonl PATH", "dump --format csv PATH", "dump --kvrocks PATH", "dump --kvrocks --format jsonl PATH",
        "dump --committed PATH", "dump --committed --format jsonl PATH", "dump --committed --format csv PATH", "dump --recovery PATH",
        "dump --recovery --format jsonl PATH", "dump --resolve-blobs --format csv PATH", "dump --column-family KEY PATH",
        "salvage PATH --output OUTPUT", "salvage --format json PATH --output OUTPUT", "replay --dry-run PATH",
        "replay --dry-run --raw PATH", "KEY", "dump --KEY", "dump --format KEY PATH", "dump --limit KEY PATH", "replay --to KEY PATH",
        "replay --dry-run --namespace-to-db KEY PATH",
    ];

    public void Dispose() => _hostile.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Nothing_acts(string command)
    {
        string[] inputs = [_hostile.Database, _hostile.Log, _hostile.Absent, TestFiles.Committed("hostile/esc")];
        for (int i = 0; i < inputs.Length; i++)
        {
            string[] args = [.. command.Split(' ').Select(word => word
                .Replace("PATH", inputs[i], StringComparison.Ordinal)
                .Replace("LOG", _hostile.Log, StringComparison.Ordinal)
                .Replace("KEY", "\e[31m\u202e=1\n", StringComparison.Ordinal)
                .Replace("OUTPUT", _hostile.PathOf($"\e[31mout{i}"), StringComparison.Ordinal))];
            Check(await ToolRun.Of(args), isCsv: args.Contains("csv"));
            Check(await ToolRun.OnTerminal(70, usesColour: false, args), isCsv: args.Contains("csv"));
        }
    }

    /// <summary>The keys of the database are decoded, so that the commands above have something to show.</summary>
    [Fact]
    public async Task The_database_has_keys_changes_and_transactions()
    {
        int texts = HostileDatabase.Texts.Count;
        foreach (string command in (string[])["keys", "commands"])
        {
            ToolRun run = await ToolRun.Of(command, "--slot-encoding", "off", "--format", "jsonl", _hostile.Database);
            Assert.True(run.OutputLines.Length >= texts);
        }

        Assert.True((await ToolRun.Of("transactions", "--format", "jsonl", _hostile.Database)).OfKind("transaction").Length >= texts);
    }

    [Fact]
    public async Task Names_in_JSON_decode_to_the_originals()
    {
        ToolRun run = await ToolRun.Of("manifest", "--format", "jsonl", _hostile.Database);
        string[] names = [.. run.OfKind("columnFamily").Select(family => family.GetProperty("name").GetString()!)];
        Assert.Equal(["default", "metadata", .. HostileDatabase.Texts], names);
        ToolRun dump = await ToolRun.Of("dump", "--format", "jsonl", _hostile.Log);
        Assert.Equal(Path.GetFileName(_hostile.Log), dump.OfKind("file")[0].GetProperty("file").GetString());
        string[] written = [.. dump.OfKind("operation")
            .Where(operation => operation.TryGetProperty("columnFamilyName", out _))
            .Select(operation => operation.GetProperty("columnFamilyName").GetString()!)];
        Assert.Superset(HostileDatabase.Texts.ToHashSet(), written.ToHashSet());
    }

    [Fact]
    public async Task Resp_is_not_written_to_a_terminal()
    {
        ToolRun run = await ToolRun.OnTerminal(80, usesColour: false, "commands", "--format", "resp", _hostile.Database);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("terminal", run.Error, StringComparison.Ordinal);
        Assert.NotEqual("", (await ToolRun.Of("commands", "--format", "resp", "--namespace", "=1+1|cmd", _hostile.Database)).Output);
    }

    [Fact]
    public async Task The_replies_of_a_server_do_not_act()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task server = AnswerAsync(listener, "-ERR \e[31mred\u202e \u2028\a\r\n");
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        ToolRun run = await ToolRun.Of("replay", "--to", $"redis://127.0.0.1:{port}", "--slot-encoding", "off", _hostile.Database);
        listener.Stop();
        await server;
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(@"\x1b[31mred\u202e \u2028\x07", run.Error, StringComparison.Ordinal);
        Check(run, isCsv: false);
    }

    [Fact]
    public async Task Progress_does_not_act()
    {
        string log = Path.Combine(_hostile.Database, "\e[31m\u202e.log");
        await File.WriteAllBytesAsync(log, [.. Enumerable.Repeat(WalBytes.RecordOf1024Bytes(), 3200).SelectMany(bytes => bytes)]);
        ToolRun run = await ToolRun.On(
            (stdin, stdout, stderr) => new ToolConsole(stdin, stdout, stderr)
            {
                ErrorIsTerminal = true,
                Width = 60,
                Clock = new ProgressTests.HurryingClock(),
            },
            [],
            "verify", log);
        string error = run.Error.Replace("\r\e[K", "\n", StringComparison.Ordinal);
        Assert.Contains(@"\x1b[31m\u202e.log", error, StringComparison.Ordinal);
        Check(run with { Error = error }, isCsv: false);
    }

    private static async Task AnswerAsync(TcpListener listener, string reply)
    {
        try
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            NetworkStream stream = client.GetStream();
            byte[] buffer = new byte[4096];
            while (await stream.ReadAsync(buffer) > 0)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(reply));
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The tool has closed the connection.
        }
    }

    private static void Check(ToolRun run, bool isCsv)
    {
        string output = isCsv ? run.Output.Replace("\r\n", "\n", StringComparison.Ordinal) : run.Output;
        Assert.Equal("", Acting(output));
        Assert.Equal("", Acting(run.Error));
        if (isCsv)
        {
            Assert.All(CellsOf(output), cell => Assert.False(cell.Length > 0 && "=+-@\t\r＝＋－＠".Contains(cell[0]), cell));
        }
    }

    /// <summary>Returns the first line with a character that acts or is invisible, with the character's number; else nothing.</summary>
    private static string Acting(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            foreach (Rune rune in line.EnumerateRunes())
            {
                bool acts = Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                    || rune.Value is 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xFE00 and <= 0xFE0F)
                    || rune.Value is >= 0xE0000 and <= 0xE0FFF;
                if (acts)
                {
                    return $"U+{rune.Value:X4}: {line}";
                }
            }
        }

        return "";
    }

    /// <summary>Returns the cells of rows that end with a line feed (RFC 4180).</summary>
    private static IEnumerable<string> CellsOf(string csv)
    {
        var cell = new StringBuilder();
        bool isQuoted = false;
        for (int i = 0; i < csv.Length; i++)
        {
            char c = csv[i];
            if (c == '"' && isQuoted && i + 1 < csv.Length && csv[i + 1] == '"')
            {
                cell.Append(csv[++i]);
            }
            else if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && c is ',' or '\n')
            {
                yield return cell.ToString();
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        Assert.False(isQuoted);
    }
}
