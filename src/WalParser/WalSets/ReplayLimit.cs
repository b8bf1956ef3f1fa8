using WalParser.Findings;

namespace WalParser.WalSets;

/// <summary>The end of the part of a batch that recovery replays.</summary>
/// <param name="End">The offset in the batch of the first operation that is not replayed.</param>
/// <param name="Finding">The reason why it is not.</param>
internal sealed record ReplayLimit(int End, Finding Finding);
