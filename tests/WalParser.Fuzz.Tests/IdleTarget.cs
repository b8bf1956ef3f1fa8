using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Tests;

/// <summary>A target without findings.</summary>
internal sealed class IdleTarget : FuzzTarget
{
    public override string Name => "idle";

    public override string Description => "does nothing";

    public override void Run(byte[] input)
    {
    }
}
