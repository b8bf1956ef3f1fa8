using System.Buffers.Text;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.LogRecords;

// The format (Kvrocks, src/storage/batch_extractor, WriteBatchLogData and ServerLogData) is text: either the number of a type in decimal
// and arguments, each after one space (spaces within an argument are not escaped), or "r", a space, and a replication id.

/// <summary>
/// The bytes of a <see cref="Batches.OperationType.LogData"/> as Kvrocks writes them, read in place: its span points into the bytes that it
/// was read from. A batch of several commands contains several; each applies to the records after it.
/// </summary>
public readonly ref struct KvrocksLogData
{
    private KvrocksLogData(KvrocksLogDataKind kind, KvrocksType type, ReadOnlySpan<byte> arguments)
    {
        Kind = kind;
        Type = type;
        Arguments = arguments;
    }

    /// <summary>The kind of the log data.</summary>
    public KvrocksLogDataKind Kind { get; }

    /// <summary>The type of key that the command applies to; <see cref="KvrocksType.None"/> if it applies to any type.</summary>
    public KvrocksType Type { get; }

    /// <summary>
    /// Everything after the type: the number of a command and its arguments, or text. The parts are separated by spaces, and arguments may
    /// contain spaces as well. For <see cref="KvrocksLogDataKind.Server"/>, everything after <c>r</c> and the space; for
    /// <see cref="KvrocksLogDataKind.Unknown"/>, all bytes.
    /// </summary>
    public ReadOnlySpan<byte> Arguments { get; }

    /// <summary>The command, or null if the arguments do not begin with the number of a known command.</summary>
    public KvrocksCommand? Command =>
        Kind == KvrocksLogDataKind.Command
        && Utf8Parser.TryParse(Arguments, out byte number, out int length)
        && number <= (byte)KvrocksCommand.LMove
        && (length == Arguments.Length || Arguments[length] == ' ')
            ? (KvrocksCommand)number
            : null;

    /// <summary>The arguments after the number of the command; all arguments if there is no number.</summary>
    public ReadOnlySpan<byte> CommandArguments
    {
        get
        {
            int space = Command is null ? -1 : Arguments.IndexOf((byte)' ');
            return Command is null ? Arguments : space < 0 ? default : Arguments[(space + 1)..];
        }
    }

    /// <summary>
    /// Reads log data. Any bytes can be read; bytes that Kvrocks does not write are <see cref="KvrocksLogDataKind.Unknown"/>.
    /// </summary>
    public static KvrocksLogData Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("r "u8))
        {
            return new KvrocksLogData(KvrocksLogDataKind.Server, KvrocksType.None, bytes[2..]);
        }

        if (!Utf8Parser.TryParse(bytes, out byte type, out int length) || (length < bytes.Length && bytes[length] != ' '))
        {
            return new KvrocksLogData(KvrocksLogDataKind.Unknown, KvrocksType.None, bytes);
        }

        return new KvrocksLogData(KvrocksLogDataKind.Command, (KvrocksType)type, bytes[Math.Min(length + 1, bytes.Length)..]);
    }
}
