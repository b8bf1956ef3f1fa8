using WalParser.Kvrocks.Commands;

namespace WalParser.Tool.Commands;

/// <summary>Writes commands in one format.</summary>
internal interface ICommandFormatter
{
    /// <summary>Writes a command.</summary>
    void Write(RedisCommand command);
}
