using WalParser.Blobs;

namespace WalParser.WideColumns;

/// <summary>
/// A column of a <see cref="WideColumnEntity"/>. Its spans refer to the bytes of the entity and are valid as long as those.
/// </summary>
public readonly ref struct WideColumn
{
    internal WideColumn(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isBlobIndex)
    {
        Name = name;
        Value = value;
        IsBlobIndex = isBlobIndex;
    }

    /// <summary>The name. An empty name denotes the default column, which corresponds to a plain value.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The value, or the blob index in its place.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether <see cref="Value"/> is the index of a blob that contains the value.</summary>
    public bool IsBlobIndex { get; }

    /// <summary>Gets the blob index if the value is one. Returns false if it is not.</summary>
    public bool TryGetBlobIndex(out BlobIndex index)
    {
        index = default;
        return IsBlobIndex && BlobIndex.TryRead(Value, out index);
    }

    /// <summary>Returns the value, and resolves it if it is in a blob file.</summary>
    /// <param name="resolver">The resolver for values in blob files.</param>
    /// <param name="key">The key that the entity belongs to; with its timestamp if the column family has user-defined timestamps.</param>
    /// <returns>The value, valid until the next call of the resolver, or the reason why there is none.</returns>
    public BlobResult Resolve(BlobResolver resolver, scoped ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return IsBlobIndex ? resolver.Resolve(Value, key) : BlobResult.Resolved(Value);
    }
}
