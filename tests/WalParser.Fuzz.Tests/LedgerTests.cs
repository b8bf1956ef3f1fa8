using WalParser.Framing;
using WalParser.Fuzz.Targets;
using WalParser.Testing.Generation;

namespace WalParser.Fuzz.Tests;

/// <summary>
/// The ledger accepts the entries that the reader returns for a log, and rejects every reading in which an entry is left out or changed.
/// </summary>
public class LedgerTests
{
    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            foreach (HostileKind kind in Enum.GetValues<HostileKind>())
            {
                foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
                {
                    cases.Add((int)kind, (int)mode);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_reading_without_one_of_its_entries_is_rejected(int kind, int mode)
    {
        (byte[] log, LogReading reading) = Read(kind, mode);
        Ledger.Check(log, reading, (WalRecoveryMode)mode);
        for (int i = 0; i < reading.Entries.Count; i++)
        {
            LogReading.Entry entry = reading.Entries[i];
            reading.Entries.RemoveAt(i);
            Assert.Throws<OracleException>(() => Ledger.Check(log, reading, (WalRecoveryMode)mode));
            reading.Entries.Insert(i, entry);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_reading_with_a_changed_entry_is_rejected(int kind, int mode)
    {
        (byte[] log, LogReading reading) = Read(kind, mode);
        for (int i = 0; i < reading.Entries.Count; i++)
        {
            LogReading.Entry entry = reading.Entries[i];
            LogReading.Record record = entry.Record;
            reading.Entries[i] = entry.Kind switch
            {
                WalEntryKind.Record => entry with
                {
                    Record = record with { Payload = [.. record.Payload[..^1], (byte)(record.Payload[^1] ^ 1)] },
                },
                WalEntryKind.Finding => entry with { Finding = entry.Finding! with { Bytes = entry.Finding!.Bytes + 1 } },
                _ => entry with { OldRecord = entry.OldRecord with { IsIntact = !entry.OldRecord.IsIntact } },
            };
            if (entry.Kind != WalEntryKind.OldRecord || mode == (int)WalRecoveryMode.SkipAnyCorruptedRecords)
            {
                Assert.Throws<OracleException>(() => Ledger.Check(log, reading, (WalRecoveryMode)mode));
            }

            reading.Entries[i] = entry;
        }
    }

    /// <summary>A log of which a reader returns no more entries must end there, whatever end the reader reports.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_reading_that_stops_early_is_rejected(int kind, int mode)
    {
        (byte[] log, LogReading reading) = Read(kind, mode);
        for (int i = 0; i < reading.Entries.Count; i++)
        {
            foreach (WalEnd end in EndsBefore(reading, i, log.Length))
            {
                AssertObjects(log, reading.Cut(i, end), (WalRecoveryMode)mode);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_reading_with_another_end_is_rejected(int kind, int mode)
    {
        (byte[] log, LogReading reading) = Read(kind, mode);
        WalEnd end = reading.End;
        IEnumerable<WalEnd> others =
        [
            end with { Offset = end.Offset - 1 }, end with { Offset = end.Offset + 1 }, end with { Bytes = end.Bytes + 1 },
            .. Enum.GetValues<WalEndReason>().Where(reason => reason != end.Reason).Select(reason => end with { Reason = reason }),
        ];
        foreach (WalEnd other in others)
        {
            AssertObjects(log, reading.Cut(reading.Entries.Count, other), (WalRecoveryMode)mode);
        }
    }

    private static void AssertObjects(byte[] log, LogReading reading, WalRecoveryMode mode)
    {
        try
        {
            Ledger.Check(log, reading, mode);
        }
        catch (OracleException)
        {
            return;
        }

        Assert.Fail($"{reading.Entries.Count} entries and the end {reading.End} are accepted.");
    }

    private static IEnumerable<WalEnd> EndsBefore(LogReading reading, int entry, int length) =>
        from reason in Enum.GetValues<WalEndReason>()
        from offset in new[] { OffsetOf(reading.Entries[entry]), entry == 0 ? 0 : reading.Entries[entry - 1].Position, length }.Distinct()
        from bytes in new[] { 0, 32768 - (offset % 32768), length - offset }.Distinct()
        select new WalEnd(reason, offset, bytes, LooksStale: false);

    private static long OffsetOf(LogReading.Entry entry) => entry.Kind switch
    {
        WalEntryKind.Record => entry.Record.Offset,
        WalEntryKind.Finding => entry.Finding!.Offset,
        _ => entry.OldRecord.Offset,
    };

    private static (byte[] Log, LogReading Reading) Read(int kind, int mode)
    {
        HostileLog log = LogGenerator.Generate((HostileKind)kind, seed: 5);
        var options = new WalReaderOptions { RecoveryMode = (WalRecoveryMode)mode };
        return (log.Bytes, LogReading.Of(WalReader.Create(new MemoryStream(log.Bytes), options)));
    }
}
