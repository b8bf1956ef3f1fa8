using WalParser.Coding;

namespace WalParser.WideColumns;

public readonly ref partial struct WideColumnEntity
{
    private const string NameFault = "Error decoding wide column name";
    private const string NameSizeFault = "Error decoding wide column name size";
    private const string ValueSizeFault = "Error decoding wide column value size";
    private const string ValueFault = "Error decoding wide column value payload";

    /// <summary>Enumerates the columns of an entity; for use with <c>foreach</c>.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _types;
        private readonly int _count;
        private readonly bool _isSplit;

        // The unread rest of each part.
        private ReadOnlySpan<byte> _nameSizes;
        private ReadOnlySpan<byte> _valueSizes;
        private ReadOnlySpan<byte> _names;
        private ReadOnlySpan<byte> _values;
        private int _read;

        private ReadOnlySpan<byte> _name;
        private ReadOnlySpan<byte> _value;

        internal Enumerator(WideColumnEntity entity)
        {
            _isSplit = entity.Version == SplitVersion;
            _count = entity.Count;
            _types = entity._types;
            _nameSizes = entity._nameSizes;
            _valueSizes = entity._valueSizes;
            _names = entity._names;
            _values = entity._values;
        }

        /// <summary>The current column. Its spans refer to the bytes of the entity.</summary>
        public readonly WideColumn Current => new(_name, _value, _isSplit && _types[_read - 1] == BlobIndexType);

        /// <summary>The reason why the enumeration ended early; always null for a checked entity.</summary>
        internal string? Fault { get; private set; }

        /// <summary>Whether any part has bytes after the columns that were enumerated.</summary>
        internal readonly bool HasRest => !_nameSizes.IsEmpty || !_valueSizes.IsEmpty || !_names.IsEmpty || !_values.IsEmpty;

        /// <summary>Moves to the next column. Returns false after the last one.</summary>
        public bool MoveNext()
        {
            if (_read == _count)
            {
                return false;
            }

            Fault = _isSplit ? TryReadSplit() : TryReadTogether();
            if (Fault is not null)
            {
                _read = _count;
                return false;
            }

            _read++;
            return true;
        }

        private string? TryReadTogether()
        {
            if (!Varint.TryRead32(ref _nameSizes, out uint nameSize) || !TryRead(ref _nameSizes, nameSize, out _name))
            {
                return NameFault;
            }

            if (!Varint.TryRead32(ref _nameSizes, out uint valueSize))
            {
                return ValueSizeFault;
            }

            return TryRead(ref _values, valueSize, out _value) ? null : ValueFault;
        }

        private string? TryReadSplit()
        {
            if (!Varint.TryRead32(ref _nameSizes, out uint nameSize))
            {
                return NameSizeFault;
            }

            if (!Varint.TryRead32(ref _valueSizes, out uint valueSize))
            {
                return ValueSizeFault;
            }

            if (!TryRead(ref _names, nameSize, out _name))
            {
                return NameFault;
            }

            return TryRead(ref _values, valueSize, out _value) ? null : ValueFault;
        }

        private static bool TryRead(scoped ref ReadOnlySpan<byte> from, uint size, out ReadOnlySpan<byte> bytes)
        {
            if (size > (uint)from.Length)
            {
                bytes = default;
                return false;
            }

            bytes = from[..(int)size];
            from = from[(int)size..];
            return true;
        }
    }
}
