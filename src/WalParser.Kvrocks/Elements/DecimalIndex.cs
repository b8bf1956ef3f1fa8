using System.Buffers.Text;

namespace WalParser.Kvrocks.Elements;

/// <summary>The subkey of a bitmap's fragment or a HyperLogLog's segment: a number in decimal.</summary>
internal static class DecimalIndex
{
    public static bool TryRead(ReadOnlySpan<byte> subkey, out ulong index) =>
        Utf8Parser.TryParse(subkey, out index, out int length) && length == subkey.Length;
}
