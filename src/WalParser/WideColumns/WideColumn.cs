using WalParser.Blobs;

namespace WalParser.WideColumns;

/// <summary>A column of a <see cref="WideColumnEntity"/>. Its spans are the entity's bytes and live as long as those.</summary>
public readonly ref struct WideColumn
{
    internal WideColumn(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isBlobIndex)
    {
        Name = name;
        Value = value;
        IsBlobIndex = isBlobIndex;
    }

    /// <summary>The name. The empty one is that of the default column, which is what a plain value counts as.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The value, or the blob index in its place.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether <see cref="Value"/> is the index of a blob in which the value is.</summary>
    public bool IsBlobIndex { get; }

    /// <summary>The blob index, if that is what the value is.</summary>
    public bool TryGetBlobIndex(out BlobIndex index)
    {
        index = default;
        return IsBlobIndex && BlobIndex.TryRead(Value, out index);
    }

    /// <summary>The value, looked up if it is in a blob file.</summary>
    /// <param name="resolver">What looks it up.</param>
    /// <param name="key">The key that has the entity; with its timestamp, where a column family has such.</param>
    /// <returns>The value, valid until the resolver's next call, or why there is none.</returns>
    public BlobResult Resolve(BlobResolver resolver, scoped ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return IsBlobIndex ? resolver.Resolve(Value, key) : BlobResult.Resolved(Value);
    }
}
