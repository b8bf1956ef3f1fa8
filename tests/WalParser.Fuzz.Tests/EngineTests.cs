using WalParser.Framing;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Mutation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Tests;

/// <summary>The engine: coverage guides it, it is deterministic, and it reports findings.</summary>
[Collection(nameof(EdgeMap))]
public class EngineTests
{
    private const int Executions = 200_000;

    [Fact]
    public void Coverage_leads_to_a_bug_after_a_chain_of_bytes()
    {
        var fuzzer = new Fuzzer(new Executor(ToyTarget.Create(nameof(Toy.Run))), seed: 1);
        FuzzFinding? found = null;
        fuzzer.Found += finding => found ??= finding;
        fuzzer.AddSeeds([new byte[8]]);
        fuzzer.Run(Executions, () => found is null);

        Assert.Equal("planted", found?.Failure.Message);
        Assert.Equal([0x13, 0x57, 0x9B, 0xDF], found!.Input[..4]);
    }

    /// <summary>The same number of mutants of the same seed, without guidance, does not contain four given bytes at once.</summary>
    [Fact]
    public void Random_mutants_without_coverage_do_not_find_the_bug()
    {
        var random = new Random(1);
        var mutator = new ByteMutator([]);
        byte[] seed = new byte[8];
        for (int i = 0; i < Executions; i++)
        {
            Toy.Run(mutator.Mutate(seed, seed, random));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same()
    {
        string Fuzz(int seed)
        {
            var fuzzer = new Fuzzer(new Executor(ToyTarget.Create(nameof(Toy.Run))), seed);
            fuzzer.AddSeeds([new byte[8]]);
            fuzzer.Run(20_000);
            return $"{fuzzer.Edges} {Convert.ToHexString([.. fuzzer.Queue.Entries.SelectMany(entry => entry.Data)])}";
        }

        Assert.Equal(Fuzz(3), Fuzz(3));
        Assert.NotEqual(Fuzz(3), Fuzz(4));
    }

    [Fact]
    public void An_empty_corpus_is_fuzzed_although_its_input_covers_nothing()
    {
        var fuzzer = new Fuzzer(new Executor(new BlobTarget()), seed: 1);
        fuzzer.AddSeeds([]);
        fuzzer.Run(500);

        Assert.True(fuzzer.Executions >= 500);
    }

    [Fact]
    public void An_endless_loop_is_ended_and_reported()
    {
        var executor = new Executor(ToyTarget.Create(nameof(Toy.Hang)));
        Assert.Null(executor.Run([]));
        Assert.IsType<StepLimitException>(executor.Run([5]));
        Assert.Null(executor.Run([]));
    }

    [Fact]
    public void Allocation_over_the_limit_is_reported()
    {
        Exception? failure = new Executor(new WastefulTarget()).Run([1, 2, 3]);
        Assert.Equal("allocation", Assert.IsType<OracleException>(failure).Rule);
    }

    [Fact]
    public void Minimizing_keeps_the_bytes_that_are_needed()
    {
        byte[] input = [.. Enumerable.Range(0, 500).Select(i => (byte)i)];
        byte[] smallest = InputMinimizer.Minimize(input, candidate => candidate.Contains((byte)77) && candidate.Length >= 3);
        Assert.Equal(3, smallest.Length);
        Assert.Equal([0, 0, 77], smallest.Order().ToArray());
    }

    [Fact]
    public void A_minimal_corpus_has_the_same_coverage()
    {
        string folder = Directory.CreateTempSubdirectory("walparser-fuzz-cmin-").FullName;
        byte[][] inputs =
        [
            [], new byte[8], [0x13, 0, 0, 0, 0, 0], [0x13, 0x57, 0, 0, 0, 0], [0x13, 0x57, 1, 0, 0, 0], [0x13, 0x57, 2, 0, 0, 0, 0],
        ];
        for (int i = 0; i < inputs.Length; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{i}"), inputs[i]);
        }

        IReadOnlyList<string> chosen = CorpusMinimizer.Choose(
            new Executor(ToyTarget.Create(nameof(Toy.Run))), Directory.GetFiles(folder), out IReadOnlyList<string> wrong);
        Assert.Empty(wrong);
        Assert.Equal(["0", "1", "2", "3"], chosen.Select(path => Path.GetFileName(path)).Order());
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// Of a log, whole fragments are removed first. Otherwise the checksums of the following fragments would have to match by chance.
    /// </summary>
    [Fact]
    public void Minimizing_a_log_keeps_the_fragments_that_are_needed()
    {
        byte[] log = LogPiece.Serialize(
            [.. Enumerable.Range(0, 300).Select(i => new LogPiece(FragmentType.Full, 0, [.. Enumerable.Repeat((byte)i, 50)]))]);
        int runs = 0;
        byte[] smallest = InputMinimizer.Minimize(
            log,
            candidate => ++runs < 3000 && LogPiece.Parse(candidate).Exists(piece => piece.Type is not null && piece.Content is [44, ..]),
            new LogMutator(new BatchMutator()));
        Assert.Equal(7 + 50, smallest.Length);
    }

    private sealed class WastefulTarget : FuzzTarget
    {
        public override string Name => "wasteful";

        public override string Description => "allocates too much memory";

        public override void Run(byte[] input) => GC.KeepAlive(new byte[4_000_000]);
    }
}

/// <summary>The map belongs to the process. Therefore tests that use it do not run in parallel.</summary>
[CollectionDefinition(nameof(EdgeMap), DisableParallelization = true)]
public class EdgeMapTurns;
