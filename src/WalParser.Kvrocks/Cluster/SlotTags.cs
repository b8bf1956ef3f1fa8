using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Cluster;

/// <summary>
/// For each slot, a hash tag that lies in it: the smallest number whose decimal digits do. A key with this tag lies in the slot, so that it
/// can be set in one transaction with other keys of the slot.
/// </summary>
internal static class SlotTags
{
    private static readonly Lazy<byte[][]> Tags = new(Find);

    /// <summary>Returns the key <c>NAME{TAG}</c>, which lies in a slot. The name must not contain a <c>{</c>.</summary>
    public static ReadOnlyMemory<byte> KeyIn(int slot, ReadOnlyMemory<byte> name) =>
        (byte[])[.. name.Span, (byte)'{', .. Tags.Value[slot], (byte)'}'];

    private static byte[][] Find()
    {
        byte[][] tags = new byte[RedisSlot.Count][];
        int missing = tags.Length;
        for (int number = 0; missing > 0; number++)
        {
            byte[] tag = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
            ref byte[]? found = ref tags[RedisSlot.Of(tag)]!;
            if (found is null)
            {
                found = tag;
                missing--;
            }
        }

        return tags;
    }
}
