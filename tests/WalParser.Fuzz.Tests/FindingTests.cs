using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Tests;

/// <summary>What is one finding and what is another, and that none is lost.</summary>
[Collection(nameof(EdgeMap))]
public sealed class FindingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("walparser fuzz findings ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_later_run_writes_over_nothing()
    {
        Assert.NotNull(Save([1]));
        Assert.NotNull(Save([2]));
        string first = Save([1])!;
        Assert.Equal([1], File.ReadAllBytes(first));
        Assert.Equal(4, Directory.GetFiles(_folder).Length);

        string? Save(byte[] input) =>
            new FindingStore(_folder, new IdleTarget()).Save(new Finding(input, new OracleException("some rule", "some message")), seed: 1, executions: 5);
    }

    [Fact]
    public void Loops_that_do_not_end_in_different_places_are_different_findings()
    {
        Finding one = Hang(nameof(Toy.Hang), [5]);
        Finding same = Hang(nameof(Toy.Hang), [7, 7]);
        Finding other = Hang(nameof(Toy.HangElsewhere), [5]);
        Assert.Contains("Toy.Hang ", one.Signature + " ", StringComparison.Ordinal);
        Assert.Equal(one.Signature, same.Signature);
        Assert.NotEqual(one.Name, same.Name);
        Assert.NotEqual(one.Signature, other.Signature);

        static Finding Hang(string method, byte[] input) => new(input, new Executor(ToyTarget.Create(method)).Run(input)!);
    }

    /// <summary>Where in a loop the limit is reached is chance, also if the loop calls others.</summary>
    [Fact]
    public void A_loop_is_one_finding_wherever_in_it_the_limit_is_reached()
    {
        ToyTarget target = ToyTarget.Create(nameof(Toy.HangElsewhere));
        HashSet<string> signatures = [.. Enumerable.Range(1000, 40).Select(limit => Finding.SignatureOf(new Executor(target) { StepLimit = limit }.Run([5])!))];
        Assert.Single(signatures);
    }

    [Fact]
    public void The_line_that_repeats_a_finding_holds_in_any_folder()
    {
        var store = new FindingStore(Path.GetRelativePath(Environment.CurrentDirectory, _folder), new IdleTarget());
        var finding = new Finding([1, 2, 3], new OracleException("some rule", "some\nmessage"));
        string path = store.Save(finding, seed: 1, executions: 5)!;
        Assert.True(Path.IsPathFullyQualified(path));
        string text = store.Describe(finding, path);
        Assert.EndsWith($"-- repro --target idle '{path}'\nits input in Base64: AQID", text, StringComparison.Ordinal);
        Assert.Contains($"--project {CorpusFolder.Project} ", text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(CorpusFolder.Project, "WalParser.Fuzz.csproj")));
    }
}
