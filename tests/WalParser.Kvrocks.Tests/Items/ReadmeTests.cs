using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Items;
using WalParser.Kvrocks.Keys;
using WalParser.TestSupport.Examples;
using WalParser.WalSets;

namespace WalParser.Kvrocks.Tests.Items;

/// <summary>
/// The collection of the tests that change the console and the current folder of the process. No other test runs beside them.
/// </summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public class AloneWithTheConsole;

/// <summary>The README's example of items is compiled and run here, and is exactly the one that the README shows.</summary>
[Collection(nameof(ReadmeTests))]
public class ReadmeTests
{
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
        string[] lines = await ConsoleCapture.LinesOfAsync(ExampleAsync);
        ulong[] expected =
        [
            .. RecordedItem.Read("kvrocks/cluster/operations.jsonl")
                .Where(item => item.Sequence >= 100
                    && (item.ColumnFamily is not { } family || SlotOracle.Of(item.Key!, family, isSlotted: true) < 8192))
                .Select(item => item.Sequence),
        ];
        Assert.Equal(
            expected,
            lines.Where(line => char.IsAsciiDigit(line.FirstOrDefault()))
                .Select(line => ulong.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)));
        Assert.Contains(lines, line => line.EndsWith("key or element gone", StringComparison.Ordinal));
    }

    [Fact]
    public void The_README_contains_the_example()
    {
        string compiled = CompiledExample.Of("tests/WalParser.Kvrocks.Tests/Items/ReadmeTests.cs", "README {");
        Assert.Contains(compiled, new ReadmeFile().CodeBlocks("csharp"));
    }
}
