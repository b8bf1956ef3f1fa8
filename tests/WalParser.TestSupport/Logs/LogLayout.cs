using System.Buffers.Binary;
using System.Globalization;
using WalParser.Framing;

namespace WalParser.TestSupport.Logs;

/// <summary>
/// The fragments of a log, from the description of the format and without the library, up to the first fragment that is not of the log
/// itself. A writer of records cannot write the bytes after it, so tests compare up to the end of the last whole record or control record
/// before it.
/// </summary>
public sealed class LogLayout
{
    private const int BlockSize = 32768;

    private LogLayout(List<Fragment> fragments, string ending)
    {
        int whole = fragments.FindLastIndex(fragment => !IsPart(fragment.Type) || IsLast(fragment.Type));
        IsTorn = ending != "" || whole < fragments.Count - 1;
        Ending = whole < fragments.Count - 1 ? "a record that does not end" : ending;
        Fragments = fragments[..(whole + 1)];
        End = whole < 0 ? 0 : (int)Fragments[whole].End;
        RecordCount = Fragments.Count(fragment => IsLast(fragment.Type));
    }

    /// <summary>A fragment, with the offset of its header and the offset after its payload.</summary>
    public readonly record struct Fragment(long Offset, FragmentType Type, byte[] Payload, long End);

    /// <summary>The fragments of whole records, and the control records.</summary>
    public List<Fragment> Fragments { get; }

    /// <summary>The offset after the last of these fragments.</summary>
    public int End { get; }

    /// <summary>The number of whole records before that offset.</summary>
    public int RecordCount { get; }

    /// <summary>The content at that offset in words; empty at the end of the file.</summary>
    public string Ending { get; }

    /// <summary>Whether the log has content after that offset.</summary>
    public bool IsTorn { get; }

    /// <summary>The control records, including those of unknown types.</summary>
    public IEnumerable<Fragment> Controls => Fragments.Where(fragment => !IsPart(fragment.Type));

    /// <summary>Parses the fragments.</summary>
    /// <param name="log">The log.</param>
    /// <param name="logNumber">The log number; null for that of the first recyclable fragment.</param>
    public static LogLayout Of(byte[] log, ulong? logNumber)
    {
        List<Fragment> fragments = [];
        int at = 0;
        while (true)
        {
            int left = Math.Min(BlockSize - (at % BlockSize), log.Length - at);
            if (left == 0)
            {
                return new LogLayout(fragments, "");
            }

            ReadOnlySpan<byte> rest = log.AsSpan(at, left);
            bool isRecyclable = left >= 7 && rest[6] is (>= 5 and <= 8) or 11 or 131;
            int headerSize = isRecyclable ? 11 : 7;
            if (left < headerSize)
            {
                if (at + left == log.Length)
                {
                    return new LogLayout(fragments, rest.ContainsAnyExcept((byte)0) ? "a torn header" : "zeros");
                }

                at += left;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
            if (!rest[..7].ContainsAnyExcept((byte)0))
            {
                if (rest.ContainsAnyExcept((byte)0)
                    || !IsFilling(log, at, left, isRecycled: logNumber is not null && fragments.Exists(HasNumber)))
                {
                    return new LogLayout(fragments, "zeros");
                }

                at += left;
                continue;
            }

            if (headerSize + length > left)
            {
                return new LogLayout(fragments, "a torn fragment");
            }

            uint number = isRecyclable ? BinaryPrimitives.ReadUInt32LittleEndian(rest[7..]) : 0;
            logNumber ??= isRecyclable ? number : null;
            if (isRecyclable && number != (uint)logNumber!.Value)
            {
                return new LogLayout(fragments, "a fragment of an older log");
            }

            if (WalBytes.MaskedCrc32C(rest[6..(headerSize + length)]) != BinaryPrimitives.ReadUInt32LittleEndian(rest))
            {
                return new LogLayout(fragments, "damage");
            }

            fragments.Add(new Fragment(
                at, (FragmentType)rest[6], rest[headerSize..(headerSize + length)].ToArray(), at + headerSize + length));
            at += headerSize + length;
        }
    }

    public override string ToString() => IsTorn
        ? string.Create(CultureInfo.InvariantCulture, $"compared up to offset {End}, which is followed by {Ending}")
        : "compared as a whole";

    /// <summary>
    /// Returns whether zeros to the end of a block are a filling by a writer, because the header of a recyclable fragment, or the control
    /// record that follows, does not fit.
    /// </summary>
    private static bool IsFilling(byte[] log, int at, int left, bool isRecycled)
    {
        int next = at + left;
        return next + 7 <= log.Length && log[next + 6] != 0 && ((isRecycled && left < 11) || log[next + 6] is 10 or 11 or 130 or 131);
    }

    private static bool HasNumber(Fragment fragment) => (byte)fragment.Type is (>= 5 and <= 8) or 11 or 131;

    private static bool IsPart(FragmentType type) => (byte)type is >= 1 and <= 8;

    private static bool IsLast(FragmentType type) =>
        type is FragmentType.Full or FragmentType.Last or FragmentType.RecyclableFull or FragmentType.RecyclableLast;
}
