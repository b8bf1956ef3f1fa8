using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Rdb;

/// <summary>Sets. The server itself chooses a compact form for small ones.</summary>
internal static class RdbSet
{
    /// <summary>Returns the members; null if none is known.</summary>
    public static RdbValue? Of(KeyspaceKey key)
    {
        List<ReadOnlyMemory<byte>> members = [.. key.SetMembers()];
        return members.Count == 0 ? null : new RdbValue(RdbCode.Set, output =>
        {
            output.WriteLength(members.Count);
            foreach (ReadOnlyMemory<byte> member in members)
            {
                output.WriteString(member.Span);
            }
        });
    }
}
