using System.Buffers;
using WalParser.Framing;

namespace WalParser.Writing;

/// <content>Records that are wrong on purpose, and fragments of any kind between good records.</content>
public sealed partial class LogWriter
{
    // What a record is cut into, while it is laid out for WriteFlawed; else null.
    private List<(FragmentType Type, byte[] Payload)>? _laidOut;

    private int _maxPayload = int.MaxValue;

    /// <summary>
    /// The writer of single fragments beneath, which stands where the log does: for fragments between records that no server writes, flawed, foreign
    /// or of unknown types. It does not look whether the log can still be written; what it writes is no record here, and is handed on with what follows.
    /// </summary>
    public FragmentWriter Fragments => _fragments;

    /// <summary>
    /// Writes a record with something wrong about it, on purpose. As with <see cref="Write"/>, there is no wait. Where a fragment does not fit in what is left
    /// of its block, because others in other order stand before it, the rest of that block is zeros. The record does not count in
    /// <see cref="RecordCount"/> or <see cref="LastSequence"/>.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="flaws">What is wrong.</param>
    /// <exception cref="ArgumentException">The record cannot have such a flaw. Nothing of it is written.</exception>
    /// <exception cref="InvalidOperationException">An earlier write failed, or is not over.</exception>
    public void WriteFlawed(ReadOnlySpan<byte> record, RecordFlaws flaws)
    {
        ArgumentNullException.ThrowIfNull(flaws);
        ArgumentOutOfRangeException.ThrowIfLessThan(flaws.MaxPayloadLength ?? 1, 1, nameof(flaws));
        EnsureUsable();
        List<(FragmentType Type, byte[] Payload)> laidOut = LayOut(record, flaws.MaxPayloadLength ?? int.MaxValue);
        List<int> order = flaws.Order(laidOut.Count);
        if (flaws.BegunInside?.Length > FragmentWriter.BlockSize - _headerSize)
        {
            throw new ArgumentException("What begins inside does not fit in a fragment.", nameof(flaws));
        }

        // Once for the exceptions, so that nothing is written if there is one.
        Place(NewScratch());
        Place(_fragments);

        void Place(FragmentWriter fragments)
        {
            for (int i = 0; i < order.Count; i++)
            {
                (FragmentType type, byte[] payload) = laidOut[order[i]];
                if (flaws.Fragments.TryGetValue(order[i], out FragmentFlaws flaw))
                {
                    FillUnlessFits(fragments, flaw.CrossesBlocks ? _headerSize : _headerSize + payload.Length);
                    fragments.WriteFlawed(type, payload, flaw);
                }
                else
                {
                    FillUnlessFits(fragments, _headerSize + payload.Length);
                    fragments.Write(type, payload);
                }

                if (i == 0 && flaws.BegunInside is { } other)
                {
                    FillUnlessFits(fragments, _headerSize + other.Length);
                    fragments.Write(TypeOf(FragmentType.First), other.Span);
                }
            }
        }
    }

    /// <summary>Cuts a record into fragments as if it were written here.</summary>
    private List<(FragmentType Type, byte[] Payload)> LayOut(ReadOnlySpan<byte> record, int maxPayload)
    {
        FragmentWriter here = _fragments;
        List<(FragmentType Type, byte[] Payload)> laidOut = _laidOut = [];
        try
        {
            _maxPayload = maxPayload;
            _fragments = NewScratch();
            WriteParts(record);
        }
        finally
        {
            _fragments = here;
            _laidOut = null;
            _maxPayload = int.MaxValue;
        }

        return laidOut;
    }

    /// <summary>A writer that stands where the log does, and whose bytes go nowhere.</summary>
    private FragmentWriter NewScratch() => new(new ArrayBufferWriter<byte>(), LogNumber ?? 0, Position);

    private static void FillUnlessFits(FragmentWriter fragments, int size)
    {
        if (fragments.LeftInBlock < size)
        {
            fragments.FillBlock();
        }
    }
}
