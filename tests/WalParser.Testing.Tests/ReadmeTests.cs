using System.Buffers;
using WalParser.Framing;
using WalParser.Testing.Flaws;
using WalParser.Testing.Generation;
using WalParser.TestSupport.Examples;
using WalParser.TestSupport.Files;
using WalParser.Writing;

namespace WalParser.Testing.Tests;

/// <summary>
/// The collection of the tests that change the console and the current folder of the process. No other test runs beside them.
/// </summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public class AloneWithTheConsole;

/// <summary>The example of the library's README is compiled and run here, and is exactly the one that the README shows.</summary>
[Collection(nameof(ReadmeTests))]
public class ReadmeTests
{
    private static async Task ExampleAsync(string folder)
    {
        // README {
        var damaged = new ArrayBufferWriter<byte>();
        var fragments = new FragmentWriter(damaged);
        fragments.Write(FragmentType.Last, "no beginning"u8);
        fragments.WriteFlawed(FragmentType.Full, "wrong checksum"u8, new FragmentFlaws { ChecksumError = 1 });
        await File.WriteAllBytesAsync(Path.Combine(folder, "000011.log"), damaged.WrittenMemory);

        HostileLog hostile = LogGenerator.Generate(HostileKind.MissingEnd, seed: 1);
        await File.WriteAllBytesAsync(Path.Combine(folder, hostile.Name), hostile.Bytes);
        foreach (HostileFlaw flaw in hostile.Flaws)
        {
            Console.WriteLine($"{hostile.Name} at {flaw.Offset}: {flaw.What}");
        }

        // }
    }

    [Fact]
    public async Task The_example_runs()
    {
        using var folder = new TempFolder();
        string[] lines = await ConsoleCapture.LinesOfAsync(() => ExampleAsync(folder.Path));
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Matches(@"^\d+\.log at \d+: last fragment of the record is missing$", line));
        Assert.Equal(2, Directory.GetFiles(folder.Path, "*.log").Length);

        List<string> reasons = [];
        var options = new WalReaderOptions { RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords };
        await using WalReader reader = WalReader.Open(folder.PathOf("000011.log"), options);
        while (await reader.ReadAsync())
        {
            Assert.Equal(WalEntryKind.Finding, reader.Kind);
            reasons.Add(reader.Finding.Reason);
        }

        Assert.Equal(["missing start of fragmented record(2)", "checksum mismatch"], reasons);
    }

    [Fact]
    public void The_example_is_the_one_in_the_README() =>
        Assert.Equal(
            CompiledExample.Of("tests/WalParser.Testing.Tests/ReadmeTests.cs", "README {"),
            Assert.Single(new ReadmeFile("src/WalParser.Testing/README.md").CodeBlocks("csharp")));
}
