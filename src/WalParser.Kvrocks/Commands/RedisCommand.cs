using System.Text;

namespace WalParser.Kvrocks.Commands;

/// <summary>A command that a <see cref="CommandConverter"/> made. Its memory is not changed any more.</summary>
/// <param name="Sequence">The sequence number with which the batch begins that it comes from.</param>
/// <param name="Namespace">The namespace that it is for; <c>__namespace</c> is the default one.</param>
/// <param name="Arguments">Its name and its arguments, for <see cref="Resp.RespWriter"/>.</param>
public sealed record RedisCommand(ulong Sequence, ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<ReadOnlyMemory<byte>> Arguments)
{
    /// <summary>The command's name, in capitals.</summary>
    public string Name => Encoding.ASCII.GetString(Arguments.Span[0].Span);

    /// <summary>Whether it stands behind its batch's transaction: a server may refuse it alone. All of a batch's that do may be run again.</summary>
    internal bool IsApart { get; init; }

    /// <summary>The arguments, with a space between; not to be taken apart again. For debugging.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (ReadOnlyMemory<byte> argument in Arguments.Span)
        {
            text.Append(text.Length == 0 ? "" : " ").Append(Encoding.UTF8.GetString(argument.Span));
        }

        return text.ToString();
    }
}
