namespace WalParser.Tests.Salvage;

/// <summary>A record of an original log, and which of the log's bytes it is.</summary>
internal sealed record OriginalRecord(byte[] Payload, long Offset, long End);
