using System.Globalization;
using System.Text;

namespace WalParser.Kvrocks.Comparison;

/// <summary>Collects what differs in one key, up to a limit, and what of it could not be compared.</summary>
internal sealed class DifferenceList(int limit)
{
    private readonly List<PartDifference> _parts = [];

    public IReadOnlyList<PartDifference> Parts => _parts;

    /// <summary>Whether so much differs that nothing more is compared.</summary>
    public bool IsFull => _parts.Count >= limit;

    /// <summary>Why a part could not be compared; null if all parts were compared.</summary>
    public UncomparedReason? Uncompared { get; set; }

    public void Add(ComparedPart part, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte>? group, ComparedValue? logs, ComparedValue? server)
    {
        if (!IsFull && !_parts.Exists(other => other.Part == part && IsSame(other, name, group)))
        {
            _parts.Add(new PartDifference(part, name, group, logs, server));
        }
    }

    public void Add(ComparedPart part, ComparedValue? logs, ComparedValue? server) => Add(part, default, null, logs, server);

    public void Add(ComparedPart part, ReadOnlyMemory<byte> name, ComparedValue? logs, ComparedValue? server) =>
        Add(part, name, null, logs, server);

    public void Add(ComparedPart part, long index, ComparedValue? logs, ComparedValue? server) =>
        Add(part, Encoding.ASCII.GetBytes(index.ToString(CultureInfo.InvariantCulture)), null, logs, server);

    /// <summary>Adds a difference between two numbers or ids if they are not the same.</summary>
    public void Check(ComparedPart part, string logs, string server)
    {
        if (logs != server)
        {
            Add(part, ComparedValue.Of(logs), ComparedValue.Of(server));
        }
    }

    /// <summary>Adds a difference between two values if they are not the same.</summary>
    public void Check(ComparedPart part, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> logs, ReadOnlyMemory<byte> server)
    {
        if (!logs.Span.SequenceEqual(server.Span))
        {
            (ComparedValue ours, ComparedValue theirs) = ComparedValue.OfBoth(logs, server);
            Add(part, name, null, ours, theirs);
        }
    }

    private static bool IsSame(PartDifference other, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte>? group) =>
        other.Name.Span.SequenceEqual(name.Span)
        && other.Group.HasValue == group.HasValue
        && (group is not { } given || given.Span.SequenceEqual(other.Group!.Value.Span));
}
