using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;

namespace WalParser.Kvrocks.Commands;

/// <summary>
/// The commands for HyperLogLogs of Kvrocks, which has only PFADD and PFMERGE: PFADD with elements that are computed for the registers.
/// </summary>
internal sealed class HyperLogLogCommands : TypeCommands
{
    private const int RegistersPerSegment = HyperLogLog.RegisterCount / HyperLogLog.SegmentCount;

    public override bool ShowsMissingElements => false;

    public override ulong Build(CommandWriter writer, KeyspaceKey key, ConversionContext context)
    {
        List<ReadOnlyMemory<byte>> added = [];
        foreach ((ReadOnlyMemory<byte> subkey, ReadOnlyMemory<byte> segment) in key.Elements)
        {
            if (SegmentOf(subkey) is { } index && !TryAdd(added, index, default, segment.Span))
            {
                context.Notes.Add(ConversionNoteKind.Undecodable);
            }
        }

        if (added.Count == 0)
        {
            // PFADD without an element that raises a register writes nothing. PFMERGE of a key with itself creates the key.
            writer.Write("PFMERGE", key.UserKey);
        }

        writer.WriteElements("PFADD", added);
        return 0;
    }

    /// <summary>Raises the registers that rose. PFADD lowers none, so that the key is created anew if one fell.</summary>
    public override bool TryUpdate(CommandWriter writer, KeyChange change, ConversionContext context, ref ulong expiry)
    {
        List<ReadOnlyMemory<byte>> added = [];
        bool isPossible = true;
        foreach (SubkeyChange subkey in change.Subkeys)
        {
            if (SegmentOf(subkey.Subkey) is { } index)
            {
                ReadOnlySpan<byte> before = subkey.Before is { } old ? old.Span : default;
                ReadOnlySpan<byte> after = subkey.After is { } now ? now.Span : default;
                if (HasFallen(before, after))
                {
                    return false;
                }

                isPossible &= TryAdd(added, index, before, after);
            }
        }

        if (!isPossible)
        {
            context.Notes.Add(ConversionNoteKind.Undecodable);
        }

        writer.WriteElements("PFADD", added);
        return true;
    }

    /// <summary>Returns the index of a segment; null for a subkey that is not that of a segment.</summary>
    private static int? SegmentOf(ReadOnlyMemory<byte> subkey) =>
        DecimalIndex.TryRead(subkey.Span, out ulong index) && index < HyperLogLog.SegmentCount ? (int)index : null;

    private static bool HasFallen(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        for (int i = 0; i < RegistersPerSegment; i++)
        {
            if (HyperLogLog.RegisterAt(after, i) < HyperLogLog.RegisterAt(before, i))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Adds the elements that raise the registers of a segment; returns false if a register has a value that no element has.
    /// </summary>
    private static bool TryAdd(List<ReadOnlyMemory<byte>> added, int segment, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        bool isPossible = true;
        for (int i = 0; i < RegistersPerSegment; i++)
        {
            int value = HyperLogLog.RegisterAt(after, i);
            if (value > HyperLogLog.MaxRegister)
            {
                isPossible = false;
            }
            else if (value > HyperLogLog.RegisterAt(before, i))
            {
                added.Add(HyperLogLogElement.Of((segment * RegistersPerSegment) + i, value));
            }
        }

        return isPossible;
    }
}
