namespace WalParser.Kvrocks.ServerRecords;

/// <summary>
/// A key of the column family <c>propagate</c> (Kvrocks, <c>src/storage/storage.h</c>), read in place: its span points into the bytes that
/// it was read from.
/// </summary>
public readonly ref struct PropagatedKey
{
    /// <summary>The kinds of which there are several records, by name.</summary>
    private static readonly PropagatedKind[] Named = [PropagatedKind.Script, PropagatedKind.Library, PropagatedKind.Function];

    private PropagatedKey(PropagatedKind kind, ReadOnlySpan<byte> name)
    {
        Kind = kind;
        Name = name;
    }

    /// <summary>The kind of the record.</summary>
    public PropagatedKind Kind { get; }

    /// <summary>
    /// The name of the script, library or function; empty for the kinds of which there is one record; for
    /// <see cref="PropagatedKind.Other"/>, the stored key.
    /// </summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Reads a stored key. Any bytes can be read.</summary>
    public static PropagatedKey Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.SequenceEqual("script"u8))
        {
            return new PropagatedKey(PropagatedKind.Command, default);
        }

        if (bytes.SequenceEqual("__namespace_keys__"u8))
        {
            return new PropagatedKey(PropagatedKind.Namespaces, default);
        }

        if (bytes.SequenceEqual("replication_id_"u8))
        {
            return new PropagatedKey(PropagatedKind.ReplicationId, default);
        }

        foreach (PropagatedKind kind in Named)
        {
            if (bytes.StartsWith(PrefixOf(kind)))
            {
                return new PropagatedKey(kind, bytes[PrefixOf(kind).Length..]);
            }
        }

        return new PropagatedKey(PropagatedKind.Other, bytes);
    }

    /// <summary>Returns what the stored keys of a kind that has several records begin with; empty for other kinds.</summary>
    internal static ReadOnlySpan<byte> PrefixOf(PropagatedKind kind) => kind switch
    {
        PropagatedKind.Script => "lua_f_"u8,
        PropagatedKind.Library => "lua_lib_code_"u8,
        PropagatedKind.Function => "lua_func_lib_"u8,
        _ => default,
    };
}
