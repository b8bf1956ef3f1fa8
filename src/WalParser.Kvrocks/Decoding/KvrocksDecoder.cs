using WalParser.Batches;
using WalParser.Kvrocks.Items;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Decoding;

/// <summary>
/// Says what the operations of batches mean to Kvrocks.
/// <code>
/// decoder.BeginBatch(batch);
/// foreach (WriteBatchOperation operation in batch)
/// {
///     DecodedOperation item = decoder.Decode(operation);
/// }
/// </code>
/// or the items of an iterator: <c>while (await items.MoveNextAsync()) { … decoder.Decode(items) … }</c>.
/// An element does not say its type, and a batch has the metadata behind the elements: hence <see cref="BeginBatch"/>, which looks ahead. The types
/// of some hundred thousand keys are remembered from batch to batch. Any bytes can be decoded; nothing throws. Not thread-safe.
/// </summary>
public sealed class KvrocksDecoder
{
    private readonly KvrocksDecoderOptions _options;
    private readonly KnownTypes _types = new();
    private readonly SlotEncodingDetector _detector = new();
    private KvrocksType _expected;

    // The batch that was begun by itself, for an item of it.
    private KvrocksWalIterator? _items;
    private long _batchNumber;

    /// <summary>A decoder for the batches of one database.</summary>
    public KvrocksDecoder(KvrocksDecoderOptions? options = null) => _options = options ?? new KvrocksDecoderOptions();

    /// <summary>Whether keys carry their cluster slot, as far as it is known.</summary>
    public SlotEncoding SlotEncoding => _options.SlotEncoding == SlotEncoding.Unknown ? _detector.Verdict : _options.SlotEncoding;

    /// <summary>
    /// Whether keys of some batch showed that it had been judged wrongly so far whether keys carry their slot: items of the batches before may have wrong keys.
    /// Never so if <see cref="KvrocksDecoderOptions.SlotEncoding"/> says it beforehand.
    /// </summary>
    public bool HasSlotEncodingTurned { get; private set; }

    private bool HasSlot => SlotEncoding == SlotEncoding.On;

    /// <summary>Looks through a batch for the types of its keys, before its operations are decoded. The batch is not changed.</summary>
    public void BeginBatch(WriteBatch batch)
    {
        _expected = KvrocksType.None;
        if (_options.SlotEncoding == SlotEncoding.Unknown)
        {
            SlotEncoding before = _detector.Verdict;
            _detector.Take(batch, _options.Families);
            HasSlotEncodingTurned |= before != SlotEncoding.Unknown && before != _detector.Verdict;
        }

        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey
                && _options.Families[operation.ColumnFamily] == KvrocksColumnFamily.Metadata
                && operation.Type.IsPut
                && KvrocksMetadata.TryRead(operation.Value, out KvrocksMetadata metadata, out _)
                && metadata.HasVersion)
            {
                _types.Set(
                    metadata.Version.Value,
                    new KnownTypes.KnownType(metadata.Type, metadata.TryReadHash(out HashMetadata hash) && hash.HasFieldExpiration));
            }
        }
    }

    /// <summary>Says what an operation means. Its spans are those of the operation.</summary>
    public DecodedOperation Decode(WriteBatchOperation operation) => Decode(new StoredOperation(
        operation.Type,
        operation.HasKey ? _options.Families[operation.ColumnFamily] : KvrocksColumnFamily.Other,
        operation.Key,
        operation.Value,
        operation.EndKey));

    /// <summary>
    /// Says what the item means at which <paramref name="items"/> stands; its spans are that item's bytes, and stay valid as long as those. With the first
    /// item of a batch it looks through the whole batch, what the iterator leaves out of it included: <see cref="BeginBatch"/> is not called for it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The iterator does not stand at an item.</exception>
    public DecodedOperation Decode(KvrocksWalIterator items)
    {
        ArgumentNullException.ThrowIfNull(items);
        WalItem item = items.Current;
        if (items != _items || items.BatchNumber != _batchNumber)
        {
            _items = items;
            _batchNumber = items.BatchNumber;
            BeginBatch(items.Batch);
        }

        return Decode(new StoredOperation(
            item.Operation,
            item.HasKey ? _options.Families[item.ColumnFamily] : KvrocksColumnFamily.Other,
            item.Key.Span,
            item.Value.Span,
            item is DeleteRangeItem range ? range.EndKey.Span : default));
    }

    private DecodedOperation Decode(StoredOperation operation)
    {
        if (operation.Type == OperationType.LogData)
        {
            KvrocksLogData logData = KvrocksLogData.Read(operation.Value);
            _expected = logData.Type;
            return new DecodedOperation
            {
                Kind = DecodedOperationKind.LogData,
                Operation = operation.Type,
                LogData = logData,
                Type = logData.Type,
                Value = operation.Value,
            };
        }

        if (operation.Type == OperationType.DeleteRange && operation.Family != KvrocksColumnFamily.Other)
        {
            return DecodeRange(operation);
        }

        return operation.Family switch
        {
            KvrocksColumnFamily.Metadata => DecodeMetadata(operation),
            _ when operation.Family.HasElements => DecodeElement(operation),
            KvrocksColumnFamily.PubSub => Plain(operation, DecodedOperationKind.Message),
            KvrocksColumnFamily.Propagate => Plain(operation, DecodedOperationKind.Propagated),
            KvrocksColumnFamily.Search => Plain(operation, DecodedOperationKind.SearchRecord),
            KvrocksColumnFamily.Index => Plain(operation, DecodedOperationKind.IndexRecord),
            _ => Plain(operation, DecodedOperationKind.Other),
        };
    }

    private static DecodedOperation Plain(StoredOperation operation, DecodedOperationKind kind) => new()
    {
        Kind = kind,
        Operation = operation.Type,
        Family = operation.Family,
        UserKey = operation.Key,
        Value = operation.Value,
    };

    private static DecodedOperation Undecodable(StoredOperation operation, string reason) => new()
    {
        Kind = DecodedOperationKind.Undecodable,
        Operation = operation.Type,
        Family = operation.Family,
        Reason = reason,
        UserKey = operation.Key,
        Value = operation.Value,
    };

    private static DecodedOperation DecodeRange(StoredOperation operation)
    {
        // The end may be what comes behind a namespace, and need not be a key itself; the beginning need not be one either.
        bool isKey = MetadataKey.TryRead(operation.Key, hasSlot: false, out MetadataKey begin);
        return new DecodedOperation
        {
            Kind = DecodedOperationKind.Range,
            Operation = operation.Type,
            Family = operation.Family,
            Namespace = isKey ? begin.Namespace : default,
            UserKey = operation.Key,
            Value = operation.EndKey,
        };
    }

    private DecodedOperation DecodeMetadata(StoredOperation operation)
    {
        if (!MetadataKey.TryRead(operation.Key, HasSlot, out MetadataKey key))
        {
            return Undecodable(operation, "metadata key too short");
        }

        KvrocksMetadata metadata = default;
        string? reason = null;
        bool hasValue = operation.Type.IsPut;
        if (hasValue)
        {
            KvrocksMetadata.TryRead(operation.Value, out metadata, out reason);
        }
        else if (!operation.Type.IsDelete)
        {
            reason = $"Kvrocks writes no {operation.Type}";
        }

        bool isJson = metadata.TryReadJson(out _, out ReadOnlySpan<byte> document);
        return new DecodedOperation
        {
            Kind = reason is null ? DecodedOperationKind.Metadata : DecodedOperationKind.Undecodable,
            Reason = reason,
            Operation = operation.Type,
            Family = operation.Family,
            Namespace = key.Namespace,
            Slot = key.Slot,
            UserKey = key.UserKey,
            Type = metadata.Type,
            Version = metadata.HasVersion ? metadata.Version : null,
            Metadata = metadata,
            ExpiryMilliseconds = metadata.ExpiryMilliseconds,
            Value = reason is not null ? operation.Value : isJson ? document : metadata.Type == KvrocksType.String ? metadata.Body : default,
        };
    }

    private DecodedOperation DecodeElement(StoredOperation operation)
    {
        if (!SubkeyKey.TryRead(operation.Key, HasSlot, out SubkeyKey key))
        {
            return Undecodable(operation, "subkey too short");
        }

        if (!operation.Type.IsPut && !operation.Type.IsDelete)
        {
            return Undecodable(operation, $"Kvrocks writes no {operation.Type}");
        }

        if (!_types.TryGet(key.Version.Value, out KnownTypes.KnownType known))
        {
            known = new KnownTypes.KnownType(TypeOf(operation.Family) ?? _expected, HasFieldExpiration: false);
        }

        return new ElementDecoder(key, operation.Family, operation.Type, operation.Value)
            .Decode(TypeOf(operation.Family) ?? known.Type, known.HasFieldExpiration);
    }

    /// <summary>The type that all elements in a family have.</summary>
    private static KvrocksType? TypeOf(KvrocksColumnFamily family) => family switch
    {
        KvrocksColumnFamily.Stream => KvrocksType.Stream,
        KvrocksColumnFamily.ZSetScore => KvrocksType.ZSet,
        _ => null,
    };
}
