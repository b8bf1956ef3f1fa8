using System.Text.Json.Serialization;

namespace WalParser.RocksDbProcess.Protocol;

/// <summary>The serialization of requests and responses: one JSON document on each line.</summary>
[JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(Response))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
