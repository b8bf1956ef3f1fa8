using System.Globalization;
using WalParser.Batches;
using WalParser.Framing;

namespace WalParser.Tool.Survey;

/// <summary>What is wrong with a record's batch.</summary>
internal static class BatchDamage
{
    /// <summary>Finds the damage that going through the operations met, or a sequence number that no database has.</summary>
    public static bool TryFind(in WalRecord record, WriteBatchCorruption? met, out Damage damage)
    {
        damage = default;
        if (met is { } corruption)
        {
            damage = new Damage(record.Offset, corruption.Bytes, corruption.Reason);
            return true;
        }

        ulong sequence = new WriteBatch(record).Sequence;
        if (sequence > WriteBatch.MaxSequence)
        {
            damage = new Damage(
                record.Offset,
                record.Payload.Length,
                string.Create(CultureInfo.InvariantCulture, $"sequence {sequence} is too large"));
            return true;
        }

        return false;
    }
}
