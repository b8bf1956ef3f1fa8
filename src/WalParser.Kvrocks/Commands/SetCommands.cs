using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Commands;

/// <summary>Sets. What comes is added before what goes is taken away, so that the key, and with it its expiry, stays.</summary>
internal static class SetCommands
{
    public static void Build(CommandWriter writer, KeyspaceKey key) => writer.WriteElements("SADD", [.. key.SetMembers()]);

    public static void Update(CommandWriter writer, KeyChange change)
    {
        writer.WriteElements("SADD", [.. change.Subkeys.Where(subkey => subkey.After is not null && subkey.Before is null).Select(subkey => subkey.Subkey)]);
        writer.WriteElements("SREM", [.. change.Subkeys.Where(subkey => subkey.After is null).Select(subkey => subkey.Subkey)]);
    }
}
