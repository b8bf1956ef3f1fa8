using System.Text;

namespace WalParser.Kvrocks.Commands;

/// <summary>A command from a <see cref="CommandConverter"/>. Its memory does not change.</summary>
/// <param name="Sequence">The sequence number of the batch from which the command comes.</param>
/// <param name="Namespace">The namespace of the command; <c>__namespace</c> is the default one.</param>
/// <param name="Arguments">The name and the arguments, for <see cref="Resp.RespWriter"/>.</param>
public sealed record RedisCommand(ulong Sequence, ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<ReadOnlyMemory<byte>> Arguments)
{
    /// <summary>The name of the command, in capitals.</summary>
    public string Name => Encoding.ASCII.GetString(Arguments.Span[0].Span);

    /// <summary>Whether the command is not one of the dataset, but frames others, selects a database or sets a checkpoint.</summary>
    internal bool IsFrame { get; init; }

    /// <summary>Returns the arguments, separated by spaces, for debugging; the text cannot be parsed back.</summary>
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
