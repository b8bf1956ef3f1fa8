using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Instrumentation;

namespace WalParser.Fuzz.Tests;

/// <summary>The counting of edges.</summary>
[Collection(nameof(EdgeMap))]
public class EdgeMapTests
{
    /// <summary>AFL++'s NeverZero: without it, an edge that is taken 256 times would look like one that is not taken.</summary>
    [Fact]
    public void An_edge_that_is_taken_256_times_counts_as_taken()
    {
        EdgeMap.Begin(long.MaxValue);
        for (int i = 0; i < 256; i++)
        {
            // From block 0 to block 0 is the same edge each time.
            EdgeMap.Enter(0);
        }

        Assert.Equal(1, EdgeMap.Counters[0]);
        EdgeMap.End();
    }

    /// <summary>The edges are the same, whether the loop is taken 255, 256 or 257 times.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_loop_of_256_iterations_covers_the_same_edges_as_a_longer_one(int factor)
    {
        ToyTarget target = ToyTarget.Create(nameof(Toy.Count));
        var executor = new Executor(target);
        Assert.Null(executor.Run(new byte[factor]));
        ushort[] edges = CoverageMap.EdgesOf(EdgeMap.Counters);
        Assert.Null(executor.Run(new byte[3]));
        Assert.Equal(CoverageMap.EdgesOf(EdgeMap.Counters), edges);
    }

    /// <summary>If a class constructor were aborted, no later execution could use its type.</summary>
    [Fact]
    public void Class_constructors_are_not_counted()
    {
        var executor = new Executor(ToyTarget.Create(nameof(Toy.UseSlow))) { StepLimit = 1000 };
        Assert.Null(executor.Run([1]));
        Assert.Null(executor.Run([1]));
    }
}
