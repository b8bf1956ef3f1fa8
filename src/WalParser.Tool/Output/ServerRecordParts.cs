using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.ServerRecords;

namespace WalParser.Tool.Output;

/// <summary>
/// Splits records that belong to the server, not to a key, into parts: search indexes, the index of labels, functions, scripts and
/// settings, and published messages.
/// </summary>
internal static class ServerRecordParts
{
    /// <summary>Returns whether an operation changes such a record.</summary>
    public static bool IsOne(in DecodedOperation item) => item.Kind switch
    {
        DecodedOperationKind.SearchRecord => item.Search.Kind != SearchRecordKind.Other,
        DecodedOperationKind.IndexRecord => item.Type == KvrocksType.TimeSeries,
        _ => item.Kind is DecodedOperationKind.Propagated or DecodedOperationKind.Message,
    };

    /// <summary>Writes the parts of a record. Returns false, and writes nothing, if it is of another kind.</summary>
    /// <param name="item">The record.</param>
    /// <param name="withValue">Whether its value is written.</param>
    /// <param name="to">The writer.</param>
    public static bool Write(in DecodedOperation item, bool withValue, IPartWriter to)
    {
        if (!IsOne(item))
        {
            return false;
        }

        switch (item.Kind)
        {
            case DecodedOperationKind.SearchRecord:
                WriteSearchKey(item.Search, to);
                if (withValue)
                {
                    WriteSearchValue(item.Search.Kind, item.Value, to);
                }

                break;
            case DecodedOperationKind.IndexRecord:
                to.Bytes("label", item.Name);
                to.Bytes("value", item.Value);
                to.Bytes("key", item.UserKey);
                break;
            case DecodedOperationKind.Propagated:
                WritePropagated(item, withValue, to);
                break;
            default:
                to.Bytes("channel", item.UserKey);
                if (withValue)
                {
                    to.Bytes("message", item.Value);
                }

                break;
        }

        return true;
    }

    private static void WriteSearchKey(in SearchRecord record, IPartWriter to)
    {
        to.Text("record", record.Kind switch
        {
            SearchRecordKind.Index => "index",
            SearchRecordKind.Prefixes => "prefixes",
            SearchRecordKind.Field => "field",
            SearchRecordKind.Tag => "tag",
            SearchRecordKind.Number => "number",
            SearchRecordKind.VectorNode => "vector",
            SearchRecordKind.VectorEdge => "edge",
            _ => "alias",
        });
        to.Bytes("index", record.Index);
        if (record.Kind is SearchRecordKind.Index or SearchRecordKind.Prefixes)
        {
            return;
        }

        to.Bytes("field", record.Field);
        if (record.Kind is SearchRecordKind.Field or SearchRecordKind.Alias)
        {
            return;
        }

        switch (record.Kind)
        {
            case SearchRecordKind.Tag:
                to.Bytes("tag", record.Tag);
                break;
            case SearchRecordKind.Number:
                to.Number("number", record.Number);
                break;
            default:
                to.Number("level", (ulong)record.Level);
                break;
        }

        to.Bytes("key", record.UserKey);
        if (record.Kind == SearchRecordKind.VectorEdge)
        {
            to.Bytes("to", record.OtherKey);
        }
    }

    private static void WriteSearchValue(SearchRecordKind kind, ReadOnlySpan<byte> value, IPartWriter to)
    {
        switch (kind)
        {
            case SearchRecordKind.Index when SearchRecord.TryReadType(value, out byte type):
                to.Text("on", type == (byte)KvrocksType.Json ? "JSON" : type == (byte)KvrocksType.Hash ? "HASH" : ((KvrocksType)type).Name);
                break;
            case SearchRecordKind.Prefixes:
                to.List("prefixes", SearchRecord.ReadPrefixes(value));
                break;
            case SearchRecordKind.Field when SearchField.TryRead(value, out SearchField field):
                WriteField(field, to);
                break;
            default:
                if (!value.IsEmpty)
                {
                    to.Bytes("value", value);
                }

                break;
        }
    }

    private static void WriteField(SearchField field, IPartWriter to)
    {
        to.Text("type", field.TypeName);
        if (!field.IsIndexed)
        {
            to.Text("indexed", "no");
        }

        if (field.Type == SearchFieldType.Tag)
        {
            to.Bytes("separator", [field.Separator]);
            to.Text("case_sensitive", field.IsCaseSensitive ? "yes" : "no");
        }
        else if (field.Type == SearchFieldType.Vector)
        {
            to.Number("dimensions", (ulong)field.Dimensions);
            to.Text("metric", field.DistanceMetricName);
            to.Number("initial_capacity", (ulong)field.InitialCapacity);
            to.Number("max_edges", (ulong)field.MaxEdges);
            to.Number("ef_construction", (ulong)field.EfConstruction);
            to.Number("ef_runtime", (ulong)field.EfRuntime);
            to.Number("epsilon", field.Epsilon);
            to.Number("levels", (ulong)field.Levels);
        }
    }

    private static void WritePropagated(in DecodedOperation item, bool withValue, IPartWriter to)
    {
        PropagatedKey key = item.Propagated;
        (string record, string? name, string value) = key.Kind switch
        {
            PropagatedKind.Script => ("script", "sha1", "code"),
            PropagatedKind.Library => ("library", "library", "code"),
            PropagatedKind.Function => ("function", "function", "library"),
            PropagatedKind.Namespaces => ("namespaces", null, "value"),
            PropagatedKind.ReplicationId => ("replication id", null, "value"),
            PropagatedKind.Command => ("command", null, "value"),
            _ => ("setting", "key", "value"),
        };
        to.Text("record", record);
        if (name is not null)
        {
            to.Bytes(name, key.Name);
        }

        if (!withValue)
        {
            return;
        }

        if (key.Kind == PropagatedKind.Command && PropagatedCommand.Read(item.Value.ToArray()) is { } arguments)
        {
            to.List("arguments", arguments);
        }
        else if (key.Kind is PropagatedKind.Script or PropagatedKind.Library)
        {
            to.Code(value, item.Value);
        }
        else
        {
            to.Bytes(value, item.Value);
        }
    }
}
