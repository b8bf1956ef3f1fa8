using WalParser.Databases;

namespace WalParser.WalSets;

/// <summary>Supplies the WALs of a list, beginning with one of them.</summary>
internal sealed class WalList(IReadOnlyList<WalFile> files, int start = 0) : WalSource
{
    private int _next = start;

    public override ValueTask<WalFile?> NextAsync(CancellationToken cancellationToken) =>
        new(_next < files.Count ? files[_next++] : null);
}
