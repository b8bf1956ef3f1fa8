using WalParser.Databases;

namespace WalParser.WalSets;

/// <summary>The WALs of a list, from one of them on.</summary>
internal sealed class WalList(IReadOnlyList<WalFile> files, int start = 0) : WalSource
{
    private int _next = start;

    public override ValueTask<WalFile?> NextAsync(CancellationToken cancellationToken) =>
        new(_next < files.Count ? files[_next++] : null);
}
