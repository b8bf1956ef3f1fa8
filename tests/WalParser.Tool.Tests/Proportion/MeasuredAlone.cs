namespace WalParser.Tool.Tests.Proportion;

/// <summary>The tests that measure what this process allocates run while no other test does.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;
