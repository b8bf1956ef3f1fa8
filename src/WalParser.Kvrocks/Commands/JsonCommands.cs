using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>The command for JSON documents, JSON.SET, which only newer servers know.</summary>
internal sealed class JsonCommands : TypeCommands
{
    public override bool IsNewer => true;

    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        if (!TrySet(writer, key))
        {
            context.Notes.AddKey(ConversionNoteKind.NoCommand, key.Type.Name, key.Namespace, key.UserKey);
        }

        return 0;
    }

    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        ReadOnlySpan<byte> before = KvrocksMetadata.ReadOrDefault(change.MetadataBefore).Body;
        return before.SequenceEqual(KvrocksMetadata.ReadOrDefault(change.MetadataAfter).Body) || TrySet(writer, change.Key!);
    }

    protected override bool IsAvailable(CommandOptions options) => options.WithJson;

    private static bool TrySet(CommandWriter writer, KeyspaceKey key)
    {
        if (key.ToJsonText() is { } text)
        {
            writer.Write("JSON.SET", Argument.Of("$"), text);
            return true;
        }

        return false;
    }
}
