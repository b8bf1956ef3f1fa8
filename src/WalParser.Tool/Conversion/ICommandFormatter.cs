using WalParser.Kvrocks.Commands;

namespace WalParser.Tool.Conversion;

/// <summary>Writes commands in one format.</summary>
internal interface ICommandFormatter
{
    void Write(RedisCommand command);
}
