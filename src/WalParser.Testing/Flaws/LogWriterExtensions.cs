using System.Buffers;
using WalParser.Framing;
using WalParser.Writing;

namespace WalParser.Testing.Flaws;

/// <summary>Writes flawed records with a <see cref="LogWriter"/>, into an otherwise correct log.</summary>
public static class LogWriterExtensions
{
    /// <summary>
    /// Writes a record with flaws. Like <see cref="LogWriter.Write"/> it does not wait. Where a fragment does not fit in the rest of its
    /// block, because the fragments before it are in another order, the rest of the block is filled with zeros. The record does not count
    /// in <see cref="LogWriter.RecordCount"/> and <see cref="LogWriter.LastSequence"/>.
    /// </summary>
    /// <param name="log">The writer.</param>
    /// <param name="record">The record.</param>
    /// <param name="flaws">The flaws.</param>
    /// <exception cref="ArgumentException">The record cannot have these flaws. The method then writes nothing.</exception>
    /// <exception cref="InvalidOperationException">An earlier write failed, or has not completed.</exception>
    public static void WriteFlawed(this LogWriter log, ReadOnlySpan<byte> record, RecordFlaws flaws)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(flaws);
        ArgumentOutOfRangeException.ThrowIfLessThan(flaws.MaxPayloadLength ?? 1, 1, nameof(flaws));
        FragmentWriter output = log.Fragments;
        FragmentType first = log.Options.IsRecyclable ? FragmentType.RecyclableFirst : FragmentType.First;
        int headerSize = FragmentWriter.HeaderSizeOf(first);
        List<RecordFragment> fragments = RecordLayout.Of(log, record, flaws.MaxPayloadLength ?? int.MaxValue);
        List<int> order = flaws.Order(fragments.Count);
        if (flaws.BegunInside?.Length > FragmentWriter.BlockSize - headerSize)
        {
            throw new ArgumentException("The record that begins inside does not fit in a fragment.", nameof(flaws));
        }

        // The first call checks for errors, so that the second one writes all fragments or none.
        Write(new FragmentWriter(new ArrayBufferWriter<byte>(), output.LogNumber, output.Position));
        Write(output);

        void Write(FragmentWriter writer)
        {
            for (int i = 0; i < order.Count; i++)
            {
                RecordFragment fragment = fragments[order[i]];
                bool isFlawed = flaws.Fragments.TryGetValue(order[i], out FragmentFlaws flaw);
                writer.FillBlockUnlessFits(flaw.CrossesBlocks ? headerSize : headerSize + fragment.Payload.Length);
                if (isFlawed)
                {
                    writer.WriteFlawed(fragment.Type, fragment.Payload, flaw);
                }
                else
                {
                    writer.Write(fragment.Type, fragment.Payload);
                }

                if (i == 0 && flaws.BegunInside is { } other)
                {
                    writer.FillBlockUnlessFits(headerSize + other.Length);
                    writer.Write(first, other.Span);
                }
            }
        }
    }
}
