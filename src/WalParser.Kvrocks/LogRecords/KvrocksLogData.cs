using System.Buffers.Text;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.LogRecords;

// The format (Kvrocks, src/storage/batch_extractor, WriteBatchLogData and ServerLogData): text. A type's number in decimal, then arguments,
// each behind one space; nothing escapes spaces within an argument. Or "r", a space, and a replication id.

/// <summary>
/// The bytes of a <see cref="Batches.OperationType.LogData"/> as Kvrocks writes them, read in place. A batch of several commands has several; each is
/// for the records after it.
/// </summary>
public readonly ref struct KvrocksLogData
{
    private KvrocksLogData(KvrocksLogDataKind kind, KvrocksType type, ReadOnlySpan<byte> arguments)
    {
        Kind = kind;
        Type = type;
        Arguments = arguments;
    }

    /// <summary>What it is.</summary>
    public KvrocksLogDataKind Kind { get; }

    /// <summary>The type that the command is for; <see cref="KvrocksType.None"/> if for any.</summary>
    public KvrocksType Type { get; }

    /// <summary>
    /// All behind the type: a command's number and arguments, or text; separated by spaces, which may stand in arguments as well. Of
    /// <see cref="KvrocksLogDataKind.Server"/>, what stands behind its mark; of <see cref="KvrocksLogDataKind.Unknown"/>, everything.
    /// </summary>
    public ReadOnlySpan<byte> Arguments { get; }

    /// <summary>The command, if the arguments begin with the number of one.</summary>
    public KvrocksCommand? Command =>
        Kind == KvrocksLogDataKind.Command
        && Utf8Parser.TryParse(Arguments, out byte number, out int length)
        && number <= (byte)KvrocksCommand.LMove
        && (length == Arguments.Length || Arguments[length] == ' ')
            ? (KvrocksCommand)number
            : null;

    /// <summary>The arguments behind the command's number; all of them if there is no number.</summary>
    public ReadOnlySpan<byte> CommandArguments
    {
        get
        {
            int space = Command is null ? -1 : Arguments.IndexOf((byte)' ');
            return Command is null ? Arguments : space < 0 ? default : Arguments[(space + 1)..];
        }
    }

    /// <summary>Reads log data. Whatever it is, it can be read; <see cref="Kind"/> says as what.</summary>
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
