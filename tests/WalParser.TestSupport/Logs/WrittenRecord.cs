using System.Globalization;
using System.Text;

namespace WalParser.TestSupport.Logs;

/// <summary>
/// The records that the program WalParser.LogWriterProcess writes. They follow from the sequence number, so that a reader can compare.
/// </summary>
public static class WrittenRecord
{
    public static byte[] PayloadOf(ulong sequence)
    {
        var random = new Random((int)sequence);
        int length = random.Next(10) switch { 0 => random.Next(30_000, 70_000), < 3 => random.Next(5000), _ => random.Next(100) };
        byte[] value = new byte[length];
        random.NextBytes(value);

        // Zeros at the end of a value look like space that nobody has written to.
        value.AsSpan(value.Length / 2).Clear();
        byte[] key = Encoding.UTF8.GetBytes(sequence.ToString("D6", CultureInfo.InvariantCulture));
        return [.. new BatchBuilder().Put(key, value).Build(sequence)];
    }
}
