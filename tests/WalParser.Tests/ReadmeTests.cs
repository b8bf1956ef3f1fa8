using System.Text;
using WalParser.Batches;
using WalParser.Framing;

namespace WalParser.Tests;

/// <summary>The process's console and folder are changed, which no other test is to see.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public class AloneWithTheConsole;

/// <summary>The README's example is compiled here, run here, and is to the letter what the README shows.</summary>
[Collection(nameof(ReadmeTests))]
public class ReadmeTests
{
    private static readonly string Root = FindRoot();

    private static async Task ExampleAsync()
    {
        // README {
        var strict = new WalReaderOptions { ThrowOnCorruption = true };
        await using WalReader reader = WalReader.Open("testdata/kvrocks/types/db/000010.log", strict);
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalEntryKind.Record)
            {
                var batch = new WriteBatch(reader.Record);
                foreach (WriteBatchOperation operation in batch)
                {
                    Console.WriteLine($"{operation.Sequence} {operation.Type} {Encoding.UTF8.GetString(operation.Key)}");
                }

                Console.Error.Write(batch.Corruption?.Reason);
            }
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

        string[] lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("1 LogData ", lines[0]);
        Assert.EndsWith("str:plain", lines[1], StringComparison.Ordinal);

        // A key may hold a line's end, so that there may be more lines than operations.
        Assert.Equal(
            File.ReadLines(Path.Combine(Root, "testdata/kvrocks/types/operations.jsonl"))
                .Where(line => line.StartsWith("{\"op\"", StringComparison.Ordinal))
                .Select(line => line.Split('"')[3]),
            lines.Select(line => line.Split(' ')).Where(words => ulong.TryParse(words[0], out _) && words.Length > 2).Select(words => words[1]));
    }

    [Fact]
    public void The_example_is_the_one_in_the_README()
    {
        string[] source = File.ReadAllLines(Path.Combine(Root, "tests/WalParser.Tests/ReadmeTests.cs"));
        int start = Array.FindIndex(source, line => line.Trim() == "// README {") + 1;
        int end = Array.FindIndex(source, start, line => line.Trim() == "// }");
        string compiled = string.Join('\n', source[start..end].Select(line => line.Length > 8 ? line[8..] : "")).TrimEnd();

        string readme = File.ReadAllText(Path.Combine(Root, "README.md")).ReplaceLineEndings("\n");
        string shown = readme.Split("```csharp\n")[1].Split("\n```")[0];
        Assert.Equal(compiled, shown);
        Assert.DoesNotMatch("(?m)^[A-Z]+(-[A-Z]+)*$", readme);
        Assert.Equal(15, shown.Split('\n').Length);
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WalParser.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
    }
}
