using System.Buffers.Text;

namespace WalParser.Kvrocks.Elements;

/// <summary>Reads the subkey of a bitmap fragment or a HyperLogLog segment: a decimal number.</summary>
internal static class DecimalIndex
{
    public static bool TryRead(ReadOnlySpan<byte> subkey, out ulong index) =>
        Utf8Parser.TryParse(subkey, out index, out int length) && length == subkey.Length;
}
