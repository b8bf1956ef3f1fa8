using WalParser.IO;

namespace WalParser.Framing;

/// <summary>Recognizes the fragments in a block. It has no state; its instance may be used by several threads at the same time.</summary>
internal sealed class FragmentProbe : IBlockProbe
{
    /// <summary>The only instance.</summary>
    public static readonly FragmentProbe Instance = new();

    private FragmentProbe()
    {
    }

    public bool BeginsWithFragment(ArraySegment<byte> block, ulong? logNumber) =>
        Fragments(block, logNumber).Read() == FragmentReader.Outcome.Fragment;

    public bool ContainsRecord(ArraySegment<byte> block, ulong logNumber)
    {
        FragmentReader fragments = Fragments(block, logNumber);
        while (fragments.Read() == FragmentReader.Outcome.Fragment)
        {
            if (fragments.Type is >= FragmentType.Full and <= FragmentType.RecyclableLast)
            {
                return true;
            }
        }

        return false;
    }

    public uint? FindLogNumber(ArraySegment<byte> block)
    {
        FragmentReader fragments = Fragments(block, logNumber: null);
        while (fragments.LogNumber is null && fragments.Read() == FragmentReader.Outcome.Fragment)
        {
            // Control records without a log number may precede the first fragment that has one.
        }

        return fragments.LogNumber;
    }

    private static FragmentReader Fragments(ArraySegment<byte> block, ulong? logNumber)
    {
        var fragments = new FragmentReader(logNumber);
        fragments.Supply(new LogBlock(block, Offset: 0));
        return fragments;
    }
}
