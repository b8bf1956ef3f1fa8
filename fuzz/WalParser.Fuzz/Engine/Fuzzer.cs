using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// The main loop: choose an input, mutate it, run it, and keep it if it covers anything new. The sequence of executions depends only on the
/// seed, the corpus and the code.
/// </summary>
internal sealed class Fuzzer
{
    /// <summary>The number of mutants that are made of an input each time it is chosen.</summary>
    private const int Energy = 48;

    private readonly Executor _executor;
    private readonly ByteMutator _bytes;
    private readonly Random _random;
    private readonly CoverageMap _coverage = new();

    public Fuzzer(Executor executor, int seed, IReadOnlyList<long>? constants = null)
    {
        _executor = executor;
        _bytes = new ByteMutator(constants ?? []);
        _random = new Random(seed);
        Seed = seed;
    }

    /// <summary>Occurs for each failure, also for repeated ones.</summary>
    public event Action<FuzzFinding>? Found;

    public int Seed { get; }

    public CorpusQueue Queue { get; } = new();

    public int Edges => _coverage.Edges;

    public long Executions => _executor.Executions;

    /// <summary>Occurs for each input that is kept, except seeds.</summary>
    public event Action<byte[]>? Kept;

    /// <summary>Runs the seeds in the given order.</summary>
    public void AddSeeds(IEnumerable<byte[]> seeds)
    {
        foreach (byte[] seed in seeds.Append([]))
        {
            TryKeep(seed);
        }

        if (Queue.Count == 0)
        {
            Queue.Add([]);
        }
    }

    /// <summary>Fuzzes until the number of executions is reached, or until <paramref name="mayContinue"/> returns false.</summary>
    public void Run(long executions, Func<bool>? mayContinue = null)
    {
        while (_executor.Executions < executions && mayContinue?.Invoke() != false)
        {
            CorpusEntry entry = Queue.Choose(_random);
            for (int i = 0; i < Energy && _executor.Executions < executions; i++)
            {
                byte[] mutant = Mutate(entry.Data);
                if (TryKeep(mutant))
                {
                    Kept?.Invoke(mutant);
                }
            }
        }
    }

    private byte[] Mutate(byte[] data)
    {
        byte[] other = Queue.Any(_random).Data;
        IMutator? structure = _executor.Target.Structure;
        byte[] mutant = structure is not null && _random.Next(4) > 0
            ? structure.Mutate(data, other, _random)
            : _bytes.Mutate(data, other, _random);
        return mutant.Length <= _executor.Target.MaxInputSize ? mutant : mutant[..(_random.Next(_executor.Target.MaxInputSize) + 1)];
    }

    private bool TryKeep(byte[] input)
    {
        if (_executor.Run(input) is { } failure)
        {
            Found?.Invoke(new FuzzFinding(input, failure));
            return false;
        }

        if (!_coverage.Add(EdgeMap.Counters))
        {
            return false;
        }

        Queue.Add(input);
        return true;
    }
}
