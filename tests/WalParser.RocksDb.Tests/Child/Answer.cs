using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Child;

/// <summary>The result of a request to RocksDB.</summary>
/// <param name="Kind">The kind of result.</param>
/// <param name="Response">The response, or null if there is none.</param>
/// <param name="Message">The error output of the process before it ended.</param>
internal sealed record Answer(AnswerKind Kind, Response? Response, string Message = "");
