using System.Text;
using System.Text.Json;
using WalParser.Recovery;
using WalParser.RocksDb.Tests.Comparison;

namespace WalParser.RocksDb.Tests.Known;

/// <summary>The recorded result of RocksDB on opening a specimen in a recovery mode.</summary>
/// <param name="Outcome">Whether it opened.</param>
/// <param name="Message">The message of a refusal, or an empty string.</param>
/// <param name="Keys">The keys of all column families after the opening.</param>
/// <param name="LastSequence">The last sequence number after the opening.</param>
internal sealed record RecordedOpening(RecoveryOutcome Outcome, string Message, IReadOnlyList<string> Keys, ulong LastSequence)
{
    public static RecordedOpening Read(JsonElement mode)
    {
        RecoveryOutcome outcome = mode.GetProperty("outcome").GetString() switch
        {
            "opens" => RecoveryOutcome.Opens,
            "refuses" => RecoveryOutcome.Refuses,
            "loops forever" => RecoveryOutcome.Loops,
            "crashes" => RecoveryOutcome.Crashes,
            string other => throw new InvalidDataException($"There is no outcome '{other}'."),
            null => throw new InvalidDataException("An outcome is missing."),
        };
        return new RecordedOpening(
            outcome,
            mode.TryGetProperty("message", out JsonElement message) ? message.GetString()! : "",
            mode.TryGetProperty("keys", out JsonElement keys) ? [.. keys.EnumerateArray().Select(key => key.GetString()!)] : [],
            mode.TryGetProperty("lastSequence", out JsonElement sequence) ? sequence.GetUInt64() : 0);
    }

    /// <summary>Returns the difference of a result from this record, or null if there is none.</summary>
    public string? DifferenceOf(OpenedDatabase result)
    {
        if (result.Outcome != Outcome)
        {
            return $"{Outcome} ({Message}) was recorded, but now the result is {result.Outcome} ({result.Reason})";
        }

        string[] keys = [.. result.Families.SelectMany(family => family.Entries).Select(entry => Encoding.UTF8.GetString(entry.Key))];
        return Outcome != RecoveryOutcome.Opens || (result.LastSequence == LastSequence && keys.SequenceEqual(Keys)) ? null
            : $"the keys {string.Join(", ", Keys)} with the last sequence number {LastSequence} were recorded, "
                + $"but now they are {string.Join(", ", keys)} with {result.LastSequence}";
    }
}
