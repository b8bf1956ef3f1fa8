using WalParser.Batches;
using WalParser.Kvrocks.Items;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.ServerRecords;

namespace WalParser.Kvrocks.Decoding;

/// <summary>
/// Decodes the operations of batches to what they mean for Kvrocks.
/// <code>
/// decoder.BeginBatch(batch);
/// foreach (WriteBatchOperation operation in batch)
/// {
///     DecodedOperation decoded = decoder.Decode(operation);
/// }
/// </code>
/// or the items of an iterator: <c>while (await items.MoveNextAsync()) { … decoder.Decode(items) … }</c>. The record of an element does not
/// contain the type, and a batch has the metadata after the elements; <see cref="BeginBatch"/> therefore reads the metadata of the whole
/// batch first. The types of some hundred thousand keys are kept from batch to batch. Any bytes can be decoded; bytes that cannot be read
/// are returned as <see cref="DecodedOperationKind.Undecodable"/>. An instance is not thread-safe.
/// </summary>
public sealed class KvrocksDecoder
{
    private readonly KvrocksDecoderOptions _options;
    private readonly KnownTypes _types = new();
    private readonly SlotEncodingDetector _detector = new();
    private KvrocksType _expected;

    // The batch of an iterator that was begun for its first item.
    private KvrocksWalIterator? _items;
    private long _batchNumber;

    /// <summary>Creates a decoder for the batches of one database.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public KvrocksDecoder(KvrocksDecoderOptions? options = null) => _options = options ?? new KvrocksDecoderOptions();

    /// <summary>Whether keys have their cluster slot, as far as it is known.</summary>
    public SlotEncoding SlotEncoding => _options.SlotEncoding == SlotEncoding.Unknown ? _detector.Verdict : _options.SlotEncoding;

    /// <summary>
    /// Whether the keys of some batch have shown that the assumption so far, whether keys have their slot, was wrong: operations of the
    /// batches before may have been decoded with wrong keys. Always false if <see cref="KvrocksDecoderOptions.SlotEncoding"/> is set.
    /// </summary>
    public bool HasSlotEncodingTurned { get; private set; }

    private bool HasSlot => SlotEncoding == SlotEncoding.On;

    /// <summary>
    /// Reads the types of the keys in a batch, before its operations are decoded. The batch of the caller, of which this is a copy, does
    /// not change.
    /// </summary>
    /// <param name="batch">The next batch of the log.</param>
    public void BeginBatch(WriteBatch batch)
    {
        _expected = KvrocksType.None;
        if (_options.SlotEncoding == SlotEncoding.Unknown)
        {
            SlotEncoding before = _detector.Verdict;
            _detector.Process(batch, _options.Families);
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

    /// <summary>Decodes an operation of the current batch. The spans of the result are those of the operation.</summary>
    /// <param name="operation">The operation.</param>
    public DecodedOperation Decode(WriteBatchOperation operation) => Decode(new StoredOperation(
        operation.Type,
        operation.HasKey ? _options.Families[operation.ColumnFamily] : KvrocksColumnFamily.Other,
        operation.Key,
        operation.Value,
        operation.EndKey));

    /// <summary>
    /// Decodes the current item of an iterator. The spans of the result are bytes of the item, and are valid as long as those. For the
    /// first item of a batch, the method reads the types of the whole batch, including operations that the iterator filters out; do not
    /// call <see cref="BeginBatch"/> for it.
    /// </summary>
    /// <param name="items">The iterator.</param>
    /// <exception cref="InvalidOperationException">The iterator is not at an item.</exception>
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
            _ when operation.DeletesNothing => Plain(operation, DecodedOperationKind.Other),
            KvrocksColumnFamily.Metadata => DecodeMetadata(operation),
            _ when operation.Family.HasElements => DecodeElement(operation),
            KvrocksColumnFamily.PubSub => Plain(operation, DecodedOperationKind.Message),
            KvrocksColumnFamily.Propagate => Plain(operation, DecodedOperationKind.Propagated) with
            {
                Propagated = PropagatedKey.Read(operation.Key),
            },
            KvrocksColumnFamily.Search => DecodeSearch(operation),
            KvrocksColumnFamily.Index => DecodeLabel(operation),
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

    private static DecodedOperation DecodeSearch(StoredOperation operation) =>
        !SearchRecord.TryRead(operation.Key, out SearchRecord record) ? Undecodable(operation, "search record too short")
        : record.Kind == SearchRecordKind.Other
            ? Plain(operation, DecodedOperationKind.SearchRecord) with { Namespace = record.Namespace, Search = record }
        : Plain(operation, DecodedOperationKind.SearchRecord) with
        {
            Namespace = record.Namespace,
            UserKey = record.UserKey,
            Search = record,
        };

    private static DecodedOperation DecodeLabel(StoredOperation operation) =>
        LabelIndexKey.TryRead(operation.Key, out LabelIndexKey key)
            ? Plain(operation, DecodedOperationKind.IndexRecord) with
            {
                Namespace = key.Namespace,
                UserKey = key.UserKey,
                Type = KvrocksType.TimeSeries,
                Name = key.Label,
                Value = key.Value,
            }
            : Plain(operation, DecodedOperationKind.IndexRecord);

    private DecodedOperation DecodeRange(StoredOperation operation)
    {
        DeletedRange range = DeletedRange.Read(operation.Family, operation.Key, operation.EndKey, HasSlot);

        // The end may be the first key after a namespace, and need not be an existing key; nor need the beginning be one.
        bool isKey = MetadataKey.TryRead(operation.Key, hasSlot: false, out MetadataKey begin);
        return new DecodedOperation
        {
            Kind = DecodedOperationKind.Range,
            Operation = operation.Type,
            Family = operation.Family,
            Namespace = range.Kind != DeletedRangeKind.Other ? range.Namespace : isKey ? begin.Namespace : default,
            UserKey = operation.Key,
            Value = operation.EndKey,
            Range = range,
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
            Value = reason is not null ? operation.Value
                : isJson ? document
                : metadata.Type == KvrocksType.String ? metadata.Body
                : default,
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

    /// <summary>Returns the type that all elements in a family have; null if they may have different types.</summary>
    private static KvrocksType? TypeOf(KvrocksColumnFamily family) => family switch
    {
        KvrocksColumnFamily.Stream => KvrocksType.Stream,
        KvrocksColumnFamily.ZSetScore => KvrocksType.ZSet,
        _ => null,
    };
}
