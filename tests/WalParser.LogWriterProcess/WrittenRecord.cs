using System.Globalization;
using System.Text;
using WalParser.Tests.Fixtures;

namespace WalParser.LogWriterProcess;

/// <summary>
/// The record that the writer writes for a sequence number. It depends only on the sequence number, so that a reader can compare it.
/// </summary>
internal static class WrittenRecord
{
    public static byte[] PayloadOf(ulong sequence)
    {
        var random = new Random((int)sequence);
        byte[] value = new byte[
            random.Next(10) switch { 0 => random.Next(30_000, 70_000), < 3 => random.Next(5000), _ => random.Next(100) }];
        random.NextBytes(value);

        // Zeros at the end look like space that was never written to.
        value.AsSpan(value.Length / 2).Clear();
        return
        [
            .. new BatchBuilder().Put(Encoding.UTF8.GetBytes(sequence.ToString("D6", CultureInfo.InvariantCulture)), value).Build(sequence),
        ];
    }
}
