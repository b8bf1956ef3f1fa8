using System.Buffers.Text;
using System.Text;
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

    /// <summary>
    /// The name of the command, in capitals, from its number or, for commands for which Kvrocks writes a word instead, from that word:
    /// TS.CREATE for <c>createTimeSeries</c>, for example. Null if there is neither.
    /// </summary>
    public string? CommandName => Command is { } number ? number.ToString().ToUpperInvariant() : NameOfWord();

    /// <summary>The arguments after the number or the word of the command; all arguments if there is neither.</summary>
    public ReadOnlySpan<byte> CommandArguments
    {
        get
        {
            if (Command is null && NameOfWord() is null)
            {
                return Arguments;
            }

            int space = Arguments.IndexOf((byte)' ');
            return space < 0 ? default : Arguments[(space + 1)..];
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

    /// <summary>
    /// Returns the command of a word (Kvrocks, <c>WriteBatchLogData</c> in the source of each type). TS.ADD stands for all commands that
    /// add samples and so update a rule.
    /// </summary>
    private string? NameOfWord()
    {
        int space = Arguments.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? Arguments : Arguments[..space];
        return Type switch
        {
            KvrocksType.Stream when word.SequenceEqual("XSETID"u8) => "XSETID",
            KvrocksType.BloomFilter when word.SequenceEqual("createBloomChain"u8) => "BF.RESERVE",
            KvrocksType.BloomFilter when word.SequenceEqual("insert"u8) => "BF.INSERT",
            KvrocksType.TimeSeries when word.SequenceEqual("createTimeSeries"u8) => "TS.CREATE",
            KvrocksType.TimeSeries when word.SequenceEqual("createDownStreamMetadata"u8) => "TS.CREATERULE",
            KvrocksType.TimeSeries when word.SequenceEqual("upsertDownStream"u8) => "TS.ADD",
            KvrocksType.CuckooFilter when word.StartsWith("CF."u8) && !word[3..].ContainsAnyExceptInRange((byte)'A', (byte)'Z') =>
                Encoding.ASCII.GetString(word),
            _ => null,
        };
    }
}
