using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Targets;

/// <summary>A fuzz target: code that accepts any bytes, and an oracle that checks the result.</summary>
internal abstract class FuzzTarget
{
    /// <summary>The name on the command line and of the corpus folder.</summary>
    public abstract string Name { get; }

    /// <summary>The fuzzed code and the demands of the oracle, in one line.</summary>
    public abstract string Description { get; }

    /// <summary>The size of the largest input, in bytes.</summary>
    public virtual int MaxInputSize => 100_000;

    /// <summary>A mutator that knows the structure of the inputs, or null.</summary>
    public virtual IMutator? Structure => null;

    /// <summary>
    /// The number of steps (<see cref="Instrumentation.EdgeMap.Steps"/>) that any input may take, and the number that each of its bytes
    /// adds. This limits the time.
    /// </summary>
    public virtual (long Base, long PerByte) StepLimit => (200_000, 1000);

    /// <summary>The number of bytes that may be allocated for any input, and the number that each of its bytes adds.</summary>
    public virtual (long Base, long PerByte) AllocationLimit => (1_000_000, 200);

    /// <summary>Runs the code with an input, on the calling thread.</summary>
    /// <exception cref="OracleException">The result violates a rule of the oracle. Any other exception is a crash.</exception>
    public abstract void Run(byte[] input);

    /// <summary>Throws an <see cref="OracleException"/> unless a condition is true.</summary>
    protected static void Check(bool holds, string rule, string message = "")
    {
        if (!holds)
        {
            throw new OracleException(rule, message);
        }
    }
}
