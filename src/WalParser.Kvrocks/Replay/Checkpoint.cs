using System.Globalization;
using System.Text;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// The value of the checkpoint key: <c>S applied=A database=ID first=F selection=DIGEST without=NAMES missing=RANGES</c>. A value that is only a number is
/// that of an older version.
/// </summary>
/// <param name="Confirmed">
/// S: the last sequence number of the last batch before which, and up to which, the server refused nothing. It never passes a batch of
/// which anything was refused.
/// </param>
/// <param name="Executed">A: the last sequence number of the last batch that the server executed. If it is S, the value omits it.</param>
/// <param name="Database">The id of the database that the logs belong to; null if it is not known.</param>
/// <param name="First">The first sequence number of the logs; null if the value does not contain it.</param>
internal sealed record Checkpoint(ulong Confirmed, ulong Executed, string? Database = null, ulong? First = null)
{
    /// <summary>The greatest length of an id of a database. RocksDB's are of 36 characters.</summary>
    private const int MaxIdLength = 64;

    private const string UnknownId = "-";
    private const int DigestLength = 16;

    /// <summary>The digest of what the replay selects (<see cref="ReplaySelection"/>); null if the value does not contain it.</summary>
    public string? Selection { get; init; }

    /// <summary>What the replay omits of what it selects; null if nothing.</summary>
    public string? Omissions { get; init; }

    /// <summary>
    /// The sequence numbers after <see cref="Confirmed"/> that are known to be lost (<see cref="MissingRanges"/>); null if there are
    /// none.
    /// </summary>
    public string? Missing { get; init; }

    public ReadOnlyMemory<byte> ToBytes()
    {
        string applied = Executed == Confirmed ? "" : string.Create(CultureInfo.InvariantCulture, $" applied={Executed}");
        string first = First is null ? "" : string.Create(CultureInfo.InvariantCulture, $" first={First}");
        string selection = Selection is null ? "" : " selection=" + Selection;
        string omissions = Omissions is null ? "" : " without=" + Omissions;
        string missing = Missing is null ? "" : " missing=" + Missing;
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{Confirmed}{applied} database={Database ?? UnknownId}{first}{selection}{omissions}{missing}"));
    }

    /// <summary>Returns an id in the form that a checkpoint contains; null if there is none or it is not one.</summary>
    public static string? IdOf(string? id) =>
        id is { Length: > 0 and <= MaxIdLength } && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && id != UnknownId ? id : null;

    public static bool TryParse(string text, out Checkpoint checkpoint)
    {
        string[] parts = text.Split(' ');
        checkpoint = new Checkpoint(0, 0);
        if (!TryParseNumber(parts[0], out ulong confirmed))
        {
            return false;
        }

        checkpoint = new Checkpoint(confirmed, confirmed);
        foreach (string part in parts.Skip(1))
        {
            int sign = part.IndexOf('=', StringComparison.Ordinal);
            string value = part[(sign + 1)..];
            ulong number = 0;
            switch (sign < 0 ? "" : part[..sign])
            {
                case "applied" when TryParseNumber(value, out number) && number >= confirmed:
                    checkpoint = checkpoint with { Executed = number };
                    break;
                case "first" when TryParseNumber(value, out number):
                    checkpoint = checkpoint with { First = number };
                    break;
                case "database" when value == UnknownId || IdOf(value) is not null:
                    checkpoint = checkpoint with { Database = IdOf(value) };
                    break;
                case "selection" when value.Length == DigestLength && value.All(char.IsAsciiHexDigitLower):
                    checkpoint = checkpoint with { Selection = value };
                    break;
                case "without" when ReplaySelection.IsOmissions(value):
                    checkpoint = checkpoint with { Omissions = value };
                    break;
                case "missing" when MissingRanges.Parse(value) is not null:
                    checkpoint = checkpoint with { Missing = value };
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    private static bool TryParseNumber(string text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
