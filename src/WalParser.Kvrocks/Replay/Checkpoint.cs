using System.Globalization;
using System.Text;

namespace WalParser.Kvrocks.Replay;

/// <summary>What the checkpoint key holds.</summary>
/// <param name="LastSequence">The last number of the last batch that is done.</param>
/// <param name="HalfDone">The number of the batch behind it of which the transaction is done, and not what stands behind it; null if there is none.</param>
internal readonly record struct Checkpoint(ulong LastSequence, ulong? HalfDone = null)
{
    public ReadOnlyMemory<byte> ToBytes() => Encoding.ASCII.GetBytes(
        HalfDone is { } half
            ? string.Create(CultureInfo.InvariantCulture, $"{LastSequence} {half}")
            : LastSequence.ToString(CultureInfo.InvariantCulture));

    public static bool TryParse(string text, out Checkpoint checkpoint)
    {
        string[] parts = text.Split(' ');
        ulong half = 0;
        bool isRight = parts.Length <= 2
            && ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong last)
            && (parts.Length == 1 || ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out half));
        checkpoint = isRight
            ? new Checkpoint(ulong.Parse(parts[0], CultureInfo.InvariantCulture), parts.Length == 2 ? half : null)
            : default;
        return isRight;
    }
}
