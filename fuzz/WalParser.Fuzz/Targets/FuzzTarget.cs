using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Targets;

/// <summary>What is fuzzed: code that takes any bytes, and the oracle that judges what it makes of them.</summary>
internal abstract class FuzzTarget
{
    /// <summary>Its name, as on the command line and in the corpus.</summary>
    public abstract string Name { get; }

    /// <summary>What it fuzzes and what the oracle demands, in a line.</summary>
    public abstract string Description { get; }

    /// <summary>The largest input that is worth trying, in bytes.</summary>
    public virtual int MaxInputSize => 100_000;

    /// <summary>Mutates inputs in their own terms; null if bytes are all there is.</summary>
    public virtual IMutator? Structure => null;

    /// <summary>Steps (<see cref="Instrumentation.EdgeMap.Steps"/>) that any input is worth, and those that each of its bytes adds: the bound on time.</summary>
    public virtual (long Base, long PerByte) StepLimit => (200_000, 1000);

    /// <summary>Bytes that may be allocated for any input, and for each of its bytes.</summary>
    public virtual (long Base, long PerByte) AllocationLimit => (1_000_000, 200);

    /// <summary>Runs the code on an input, on the calling thread.</summary>
    /// <exception cref="OracleException">The oracle objects. Any other exception is a crash.</exception>
    public abstract void Run(byte[] input);

    /// <summary>Objects unless a condition holds.</summary>
    protected static void Check(bool holds, string rule, string message = "")
    {
        if (!holds)
        {
            throw new OracleException(rule, message);
        }
    }
}
