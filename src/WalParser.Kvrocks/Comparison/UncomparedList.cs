namespace WalParser.Kvrocks.Comparison;

/// <summary>Counts the keys that could not be compared, by reason and subject.</summary>
internal sealed class UncomparedList
{
    private const int MaxExamples = 3;

    private readonly OrderedDictionary<(UncomparedReason Reason, string Subject), (long Count, List<ReadOnlyMemory<byte>> Examples)>
        _counts = [];

    public void Add(UncomparedReason reason, string subject, ReadOnlyMemory<byte> key)
    {
        (long count, List<ReadOnlyMemory<byte>> examples) = _counts.GetValueOrDefault((reason, subject), (0, []));
        if (examples.Count < MaxExamples)
        {
            examples.Add(key);
        }

        _counts[(reason, subject)] = (count + 1, examples);
    }

    public IReadOnlyList<Uncompared> ToList() =>
        [.. _counts.Select(entry => new Uncompared(entry.Key.Reason, entry.Key.Subject, entry.Value.Count, [.. entry.Value.Examples]))];
}
