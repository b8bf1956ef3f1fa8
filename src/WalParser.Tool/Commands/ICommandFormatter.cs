using WalParser.Kvrocks.Commands;

namespace WalParser.Tool.Commands;

/// <summary>Writes commands in one format.</summary>
internal interface ICommandFormatter
{
    /// <summary>Writes a command.</summary>
    void Write(RedisCommand command);

    /// <summary>Writes a key that <c>--undo</c> leaves alone, in a format that has a place for it.</summary>
    void Write(KeyLeftAlone key);
}
