using System.Globalization;
using System.Text;
using WalParser.Tests.Fixtures;

namespace WalParser.LogWriterProcess;

/// <summary>What the writer writes under a sequence number: the same whenever it is asked for, so that a reader can compare.</summary>
internal static class WrittenRecord
{
    public static byte[] PayloadOf(ulong sequence)
    {
        var random = new Random((int)sequence);
        byte[] value = new byte[random.Next(10) switch { 0 => random.Next(30_000, 70_000), < 3 => random.Next(5000), _ => random.Next(100) }];
        random.NextBytes(value);

        // Zeros at the end are what space that nobody wrote to looks like.
        value.AsSpan(value.Length / 2).Clear();
        return [.. new BatchBuilder().Put(Encoding.UTF8.GetBytes(sequence.ToString("D6", CultureInfo.InvariantCulture)), value).Build(sequence)];
    }
}
