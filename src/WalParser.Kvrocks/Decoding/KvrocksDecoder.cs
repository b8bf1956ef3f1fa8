using WalParser.Batches;
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
///     KvrocksItem item = decoder.Decode(operation);
/// }
/// </code>
/// An element does not say its type, and a batch has the metadata behind the elements: hence <see cref="BeginBatch"/>, which looks ahead. The types
/// of some hundred thousand keys are remembered from batch to batch. Any bytes can be decoded; nothing throws. Not thread-safe.
/// </summary>
public sealed class KvrocksDecoder
{
    private readonly KvrocksDecoderOptions _options;
    private readonly KnownTypes _types = new();
    private readonly SlotEncodingDetector _detector = new();
    private KvrocksType _expected;

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
                && HasValue(operation.Type)
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
    public KvrocksItem Decode(WriteBatchOperation operation)
    {
        if (operation.Type == OperationType.LogData)
        {
            KvrocksLogData logData = KvrocksLogData.Read(operation.Value);
            _expected = logData.Type;
            return new KvrocksItem
            {
                Kind = KvrocksItemKind.LogData,
                Operation = operation.Type,
                LogData = logData,
                Type = logData.Type,
                Value = operation.Value,
            };
        }

        KvrocksColumnFamily family = operation.HasKey ? _options.Families[operation.ColumnFamily] : KvrocksColumnFamily.Other;
        if (operation.Type == OperationType.DeleteRange && family != KvrocksColumnFamily.Other)
        {
            return DecodeRange(operation, family);
        }

        return family switch
        {
            KvrocksColumnFamily.Metadata => DecodeMetadata(operation),
            KvrocksColumnFamily.Default or KvrocksColumnFamily.ZSetScore or KvrocksColumnFamily.Stream => DecodeElement(operation, family),
            KvrocksColumnFamily.PubSub => Plain(operation, family, KvrocksItemKind.Message),
            KvrocksColumnFamily.Propagate => Plain(operation, family, KvrocksItemKind.Propagated),
            KvrocksColumnFamily.Search => Plain(operation, family, KvrocksItemKind.SearchRecord),
            KvrocksColumnFamily.Index => Plain(operation, family, KvrocksItemKind.IndexRecord),
            _ => Plain(operation, family, KvrocksItemKind.Other),
        };
    }

    /// <summary>Kvrocks's merge operator lets the operand replace the value, and so a merge is read as a put.</summary>
    private static bool HasValue(OperationType type) => type is OperationType.Put or OperationType.Merge or OperationType.TimedPut;

    private static KvrocksItem Plain(WriteBatchOperation operation, KvrocksColumnFamily family, KvrocksItemKind kind) => new()
    {
        Kind = kind,
        Operation = operation.Type,
        Family = family,
        UserKey = operation.Key,
        Value = operation.Value,
    };

    private static KvrocksItem Undecodable(WriteBatchOperation operation, KvrocksColumnFamily family, string reason) => new()
    {
        Kind = KvrocksItemKind.Undecodable,
        Operation = operation.Type,
        Family = family,
        Reason = reason,
        UserKey = operation.Key,
        Value = operation.Value,
    };

    private static KvrocksItem DecodeRange(WriteBatchOperation operation, KvrocksColumnFamily family)
    {
        // The end may be what comes behind a namespace, and need not be a key itself; the beginning need not be one either.
        bool isKey = MetadataKey.TryRead(operation.Key, hasSlot: false, out MetadataKey begin);
        return new KvrocksItem
        {
            Kind = KvrocksItemKind.Range,
            Operation = operation.Type,
            Family = family,
            Namespace = isKey ? begin.Namespace : default,
            UserKey = operation.Key,
            Value = operation.EndKey,
        };
    }

    private KvrocksItem DecodeMetadata(WriteBatchOperation operation)
    {
        const KvrocksColumnFamily Family = KvrocksColumnFamily.Metadata;
        if (!MetadataKey.TryRead(operation.Key, HasSlot, out MetadataKey key))
        {
            return Undecodable(operation, Family, "metadata key too short");
        }

        KvrocksMetadata metadata = default;
        string? reason = null;
        bool hasValue = HasValue(operation.Type);
        if (hasValue)
        {
            KvrocksMetadata.TryRead(operation.Value, out metadata, out reason);
        }
        else if (operation.Type is not (OperationType.Delete or OperationType.SingleDelete))
        {
            reason = $"Kvrocks writes no {operation.Type}";
        }

        bool isJson = metadata.TryReadJson(out _, out ReadOnlySpan<byte> document);
        return new KvrocksItem
        {
            Kind = reason is null ? KvrocksItemKind.Metadata : KvrocksItemKind.Undecodable,
            Reason = reason,
            Operation = operation.Type,
            Family = Family,
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

    private KvrocksItem DecodeElement(WriteBatchOperation operation, KvrocksColumnFamily family)
    {
        if (!SubkeyKey.TryRead(operation.Key, HasSlot, out SubkeyKey key))
        {
            return Undecodable(operation, family, "subkey too short");
        }

        if (!HasValue(operation.Type) && operation.Type is not (OperationType.Delete or OperationType.SingleDelete))
        {
            return Undecodable(operation, family, $"Kvrocks writes no {operation.Type}");
        }

        if (!_types.TryGet(key.Version.Value, out KnownTypes.KnownType known))
        {
            known = new KnownTypes.KnownType(TypeOf(family) ?? _expected, HasFieldExpiration: false);
        }

        return new ElementDecoder(key, family, operation.Type, HasValue(operation.Type), operation.Value).Decode(TypeOf(family) ?? known.Type, known.HasFieldExpiration);
    }

    /// <summary>The type that all elements in a family have.</summary>
    private static KvrocksType? TypeOf(KvrocksColumnFamily family) => family switch
    {
        KvrocksColumnFamily.Stream => KvrocksType.Stream,
        KvrocksColumnFamily.ZSetScore => KvrocksType.ZSet,
        _ => null,
    };
}
