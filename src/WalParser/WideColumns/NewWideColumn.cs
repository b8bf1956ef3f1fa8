namespace WalParser.WideColumns;

/// <summary>A column of an entity to serialize with <see cref="WideColumnEntity.Serialize"/>.</summary>
/// <param name="Name">The name; an empty name denotes the default column.</param>
/// <param name="Value">The value, or a serialized blob index in its place.</param>
/// <param name="IsBlobIndex">Whether <paramref name="Value"/> is the index of a blob that contains the value.</param>
public readonly record struct NewWideColumn(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value, bool IsBlobIndex = false);
