using System.Globalization;
using System.Text;

namespace WalParser.Kvrocks.Replay;

/// <summary>The value of the checkpoint key.</summary>
/// <param name="LastSequence">The last sequence number of the last batch that was applied completely.</param>
/// <param name="HalfDone">
/// The sequence number of the next batch if its transaction was applied, but not the commands after the transaction; otherwise null.
/// </param>
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
