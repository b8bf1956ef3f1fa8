using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inputs;

/// <summary>A namespace that the logs do not have is an error that names those that they have.</summary>
public sealed class NamespaceTests
{
    private static readonly string Namespaces = TestFiles.Committed("kvrocks/namespaces");

    [Theory]
    [InlineData("keys")]
    [InlineData("keys", "--format", "jsonl")]
    [InlineData("keys", "--format", "rdb")]
    [InlineData("keys", "--at-sequence", "10")]
    [InlineData("commands")]
    [InlineData("commands", "--format", "resp")]
    [InlineData("commands", "--format", "aof")]
    [InlineData("commands", "--undo", "--from-sequence", "1")]
    [InlineData("history", "key")]
    public async Task A_namespace_that_is_not_there_is_an_error(params string[] args)
    {
        using var folder = new TempFolder();
        string output = folder.PathOf("output");
        ToolRun run = await ToolRun.Of([.. args, Namespaces, "--namespace", "tenant-c", "--output", output]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.True(!File.Exists(output) || !File.ReadAllText(output).Contains("tenant", StringComparison.Ordinal));
        Assert.Contains("these logs have no keys in the namespace 'tenant-c'; they have: __namespace, tenant-a, tenant-b", run.Error);

        File.Delete(output);
        ToolRun right = await ToolRun.Of([.. args, Namespaces, "--namespace", "tenant-a", "--output", output]);
        Assert.InRange(right.ExitCode, 0, 1);
        Assert.DoesNotContain("no keys in the namespace", right.Error);
    }

    [Theory]
    [InlineData("keys", "--format", "rdb")]
    [InlineData("commands", "--format", "resp")]
    [InlineData("compare", "--with", "redis://127.0.0.1:1")]
    public async Task So_is_a_namespace_that_was_given_a_database(params string[] args)
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of(
        [
            .. args, Namespaces, "--namespace-to-db", "tenant-a=1", "--namespace-to-db", "tenant-c=2", "--output", folder.PathOf("output"),
        ]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("no keys in the namespace 'tenant-c'; they have: __namespace, tenant-a, tenant-b", run.Error);
        Assert.DoesNotContain("'tenant-a'", run.Error);
    }
}
