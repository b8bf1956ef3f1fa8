using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Tests;

/// <summary>Findings are distinguished from each other, and none is lost.</summary>
[Collection(nameof(EdgeMap))]
public sealed class FuzzFindingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("walparser fuzz findings ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_later_run_overwrites_nothing()
    {
        Assert.NotNull(Save([1]));
        Assert.NotNull(Save([2]));
        string first = Save([1])!;
        Assert.Equal([1], File.ReadAllBytes(first));
        Assert.Equal(4, Directory.GetFiles(_folder).Length);

        string? Save(byte[] input) =>
            new FindingStore(_folder, new IdleTarget()).Save(
                new FuzzFinding(input, new OracleException("some rule", "some message")), seed: 1, executions: 5);
    }

    [Fact]
    public void Endless_loops_in_different_places_are_different_findings()
    {
        FuzzFinding one = Hang(nameof(Toy.Hang), [5]);
        FuzzFinding same = Hang(nameof(Toy.Hang), [7, 7]);
        FuzzFinding other = Hang(nameof(Toy.HangElsewhere), [5]);
        Assert.Contains("Toy.Hang ", one.Signature + " ", StringComparison.Ordinal);
        Assert.Equal(one.Signature, same.Signature);
        Assert.NotEqual(one.Name, same.Name);
        Assert.NotEqual(one.Signature, other.Signature);

        static FuzzFinding Hang(string method, byte[] input) => new(input, new Executor(ToyTarget.Create(method)).Run(input)!);
    }

    /// <summary>The place in a loop where the limit is reached is arbitrary, also if the loop calls other methods.</summary>
    [Fact]
    public void A_loop_is_one_finding_wherever_the_limit_is_reached()
    {
        ToyTarget target = ToyTarget.Create(nameof(Toy.HangElsewhere));
        HashSet<string> signatures =
        [
            .. Enumerable.Range(1000, 40).Select(limit => FuzzFinding.SignatureOf(new Executor(target) { StepLimit = limit }.Run([5])!)),
        ];
        Assert.Single(signatures);
    }

    [Fact]
    public void The_command_that_repeats_a_finding_works_in_any_folder()
    {
        var store = new FindingStore(Path.GetRelativePath(Environment.CurrentDirectory, _folder), new IdleTarget());
        var finding = new FuzzFinding([1, 2, 3], new OracleException("some rule", "some\nmessage"));
        string path = store.Save(finding, seed: 1, executions: 5)!;
        Assert.True(Path.IsPathFullyQualified(path));
        string text = store.Describe(finding, path);
        Assert.EndsWith($"-- repro --target idle '{path}'\ninput in Base64: AQID", text, StringComparison.Ordinal);
        Assert.Contains($"--project {CorpusFolder.Project} ", text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(CorpusFolder.Project, "WalParser.Fuzz.csproj")));
    }
}
