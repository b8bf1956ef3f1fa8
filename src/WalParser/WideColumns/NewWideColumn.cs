namespace WalParser.WideColumns;

/// <summary>A column of an entity that is to be serialized: <see cref="WideColumnEntity.Serialize"/>.</summary>
/// <param name="Name">The name; the empty one is that of the default column.</param>
/// <param name="Value">The value, or the serialized blob index in its place.</param>
/// <param name="IsBlobIndex">Whether <paramref name="Value"/> is the index of a blob in which the value is.</param>
public readonly record struct NewWideColumn(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value, bool IsBlobIndex = false);
