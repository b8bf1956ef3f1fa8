namespace WalParser.Tests.Salvage;

/// <summary>A record of an original log, and its range of bytes in the log.</summary>
internal sealed record OriginalRecord(byte[] Payload, long Offset, long End);
