using WalParser.Batches;
using WalParser.Testing.Flaws;
using WalParser.Writing;

namespace WalParser.Testing.Tests.Flaws;

/// <summary>Batches whose header states a wrong count.</summary>
public class BatchFlawsTests
{
    [Fact]
    public void The_header_states_the_given_count_and_the_builder_does_not_change()
    {
        WriteBatchBuilder builder = new WriteBatchBuilder(7).Put("key"u8, "value"u8);
        byte[] good = builder.Build().ToArray();
        byte[] flawed = builder.BuildWithCount(2);
        Assert.Equal((7ul, 2u), (new WriteBatch(flawed).Sequence, new WriteBatch(flawed).Count));
        Assert.Equal(good.AsSpan(12), flawed.AsSpan(12));
        Assert.Equal(good, builder.Build().ToArray());
        Assert.Equal(1u, builder.Count);
    }
}
