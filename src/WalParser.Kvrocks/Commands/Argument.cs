using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Commands;

/// <summary>Encodes text and numbers as arguments of commands.</summary>
internal static class Argument
{
    public static ReadOnlyMemory<byte> Of(string text) => Encoding.UTF8.GetBytes(text);

    public static ReadOnlyMemory<byte> Of(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    public static ReadOnlyMemory<byte> Of(ulong number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    public static ReadOnlyMemory<byte> Of(StreamEntryId id) => Encoding.ASCII.GetBytes(id.ToString());

    /// <summary>Returns a score as the shortest text that a server reads as the same number, to the last bit; −0 included.</summary>
    public static ReadOnlyMemory<byte> OfScore(double score) => Encoding.ASCII.GetBytes(
        double.IsPositiveInfinity(score) ? "inf"
        : double.IsNegativeInfinity(score) ? "-inf"
        : score.ToString("R", CultureInfo.InvariantCulture));
}
