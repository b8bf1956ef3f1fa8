using WalParser.Kvrocks.Commands;

namespace WalParser.Tool.Commands;

/// <summary>Writes commands in one format.</summary>
internal interface ICommandFormatter
{
    void Write(RedisCommand command);
}
