using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Child;

/// <summary>What came of a request to RocksDB.</summary>
/// <param name="Kind">How it ended.</param>
/// <param name="Response">The response; null unless it answered.</param>
/// <param name="Message">What the process wrote to its error output before it ended.</param>
internal sealed record Answer(AnswerKind Kind, Response? Response, string Message = "");
