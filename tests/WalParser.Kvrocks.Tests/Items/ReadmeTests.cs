using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Items;
using WalParser.Kvrocks.Keys;
using WalParser.Tests.Fixtures;
using WalParser.WalSets;

namespace WalParser.Kvrocks.Tests.Items;

/// <summary>The tests change the console and the current directory of the process, so no other test may run at the same time.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public class AloneWithTheConsole;

/// <summary>The README's example of items compiles and runs, and the README contains exactly the same text.</summary>
[Collection(nameof(ReadmeTests))]
public class ReadmeTests
{
    private static readonly string Root = Path.GetDirectoryName(TestFiles.Committed("").TrimEnd('/', '\\'))!;

    private static async Task ExampleAsync()
    {
        // README {
        WalSet set = await WalSet.OpenAsync("testdata/kvrocks/cluster");
        await using var items = new KvrocksWalIterator(set, new WalItemOptions { Slots = new SlotRange(0, 8191) });
        await items.SeekAsync(100);
        while (await items.MoveNextAsync())
        {
            string what = items.Current switch
            {
                PutItem { Family: KvrocksColumnFamily.Metadata } put => $"metadata of {put.Value.Length} bytes",
                PutItem put => $"element of {put.Value.Length} bytes",
                DeleteRangeItem => "many keys gone",
                LogDataItem log => $"command: {Encoding.UTF8.GetString(log.Value.Span)}",
                _ => "key or element gone",
            };
            Console.WriteLine($"{items.Current.Sequence} {what}");
        }

        // }
    }

    [Fact]
    public async Task The_example_runs()
    {
        TextWriter console = Console.Out;
        string folder = Environment.CurrentDirectory;
        using var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = Root;
            await ExampleAsync();
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = folder;
        }

        ulong[] expected =
        [
            .. RecordedItem.Read("kvrocks/cluster/operations.jsonl")
                .Where(item => item.Sequence >= 100
                    && (item.ColumnFamily is not { } family || SlotOracle.Of(item.Key!, family, isSlotted: true) < 8192))
                .Select(item => item.Sequence),
        ];
        string[] lines = output.ToString().Split(Environment.NewLine);
        Assert.Equal(
            expected,
            lines.Where(line => char.IsAsciiDigit(line.FirstOrDefault()))
                .Select(line => ulong.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)));
        Assert.Contains(lines, line => line.EndsWith("key or element gone", StringComparison.Ordinal));
    }

    [Fact]
    public void The_README_contains_the_example()
    {
        string[] source = File.ReadAllLines(Path.Combine(Root, "tests/WalParser.Kvrocks.Tests/Items/ReadmeTests.cs"));
        int start = Array.FindIndex(source, line => line.Trim() == "// README {") + 1;
        int end = Array.FindIndex(source, start, line => line.Trim() == "// }");
        const int Indentation = 8;
        string compiled = string.Join('\n', source[start..end].Select(line => line.Length > Indentation ? line[Indentation..] : ""))
            .TrimEnd();
        string readme = File.ReadAllText(Path.Combine(Root, "README.md")).ReplaceLineEndings("\n");
        Assert.Contains("```csharp\n" + compiled + "\n```", readme, StringComparison.Ordinal);
    }
}
