using System.Buffers;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.ServerRecords;

/// <summary>The value of a <see cref="PropagatedKind.Command"/>: a command as a RESP array.</summary>
public static class PropagatedCommand
{
    /// <summary>Reads the arguments of the command; null if the bytes are not exactly one array of strings.</summary>
    /// <param name="value">The stored value.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? Read(ReadOnlyMemory<byte> value)
    {
        var rest = new ReadOnlySequence<byte>(value);
        try
        {
            return new RespParser(RespLimits.Default).TryParse(ref rest, out RespValue command)
                && command.Kind == RespKind.Array
                && rest.IsEmpty
                ? Array.ConvertAll(command.Items.ToArray(), item => item.Bytes)
                : null;
        }
        catch (RedisException)
        {
            return null;
        }
    }
}
