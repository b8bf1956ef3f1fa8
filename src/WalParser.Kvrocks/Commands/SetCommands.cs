using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The commands for sets. New members are added before old ones are removed, so that the key, and with it its expiry, continues to exist.
/// </summary>
internal sealed class SetCommands : TypeCommands
{
    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        writer.WriteElements("SADD", [.. key.SetMembers()]);
        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        IEnumerable<SubkeyChange> added = change.Subkeys.Where(subkey => subkey.After is not null && subkey.Before is null);
        writer.WriteElements("SADD", [.. added.Select(subkey => subkey.Subkey)]);
        writer.WriteElements("SREM", [.. change.Subkeys.Where(subkey => subkey.After is null).Select(subkey => subkey.Subkey)]);
        return true;
    }
}
