using System.Text.Json.Serialization;

namespace WalParser.RocksDbProcess.Protocol;

/// <summary>How requests and responses are written: one JSON document a line.</summary>
[JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(Response))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
