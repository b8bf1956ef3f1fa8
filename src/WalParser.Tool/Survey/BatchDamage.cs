using System.Globalization;
using WalParser.Batches;
using WalParser.Framing;

namespace WalParser.Tool.Survey;

/// <summary>What is wrong with a record's batch, once its operations were gone through.</summary>
internal static class BatchDamage
{
    /// <summary>Finds the damage that the enumeration met, or a sequence number that no database has.</summary>
    public static bool TryFind(in WalRecord record, in WriteBatch batch, out Damage damage)
    {
        damage = default;
        if (batch.Corruption is { } corruption)
        {
            damage = new Damage(record.Offset, corruption.Bytes, corruption.Reason);
            return true;
        }

        if (batch.Sequence > WriteBatch.MaxSequence)
        {
            damage = new Damage(
                record.Offset,
                record.Payload.Length,
                string.Create(CultureInfo.InvariantCulture, $"sequence {batch.Sequence} is too large"));
            return true;
        }

        return false;
    }
}
