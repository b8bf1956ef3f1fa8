using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Commands;

/// <summary>What is not bytes yet, as an argument.</summary>
internal static class Argument
{
    public static ReadOnlyMemory<byte> Of(string text) => Encoding.UTF8.GetBytes(text);

    public static ReadOnlyMemory<byte> Of(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    public static ReadOnlyMemory<byte> Of(ulong number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    public static ReadOnlyMemory<byte> Of(StreamEntryId id) => Encoding.ASCII.GetBytes(id.ToString());

    /// <summary>A score: the shortest text that is read as the same number, to the last bit; also −0.</summary>
    public static ReadOnlyMemory<byte> OfScore(double score) => Encoding.ASCII.GetBytes(
        double.IsPositiveInfinity(score) ? "inf"
        : double.IsNegativeInfinity(score) ? "-inf"
        : score.ToString("R", CultureInfo.InvariantCulture));
}
