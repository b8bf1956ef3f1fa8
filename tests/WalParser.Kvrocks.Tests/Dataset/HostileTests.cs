using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Decoding;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Scenarios;

using Operation = (byte Tag, uint Family, byte[] Key, byte[] Value);

namespace WalParser.Kvrocks.Tests.Dataset;

/// <summary>Arbitrary bytes are decoded or reported and never cause an exception; the keyspace remains readable.</summary>
public class HostileTests
{
    private static readonly Operation[] Originals =
        [.. OperationsOf("types"), .. OperationsOf("timeseries"), .. OperationsOf("tdigest"), .. OperationsOf("functions")];

    private static Gen<Operation> Mutated =>
        from original in Gen.Elements(Originals)
        from tag in Gen.Frequency(
            (12, Gen.Constant(original.Tag)),
            (1, Gen.Elements<byte>(MadeBatch.Put, MadeBatch.Deletion, MadeBatch.Merge, MadeBatch.RangeDeletion, 0x10, 0x17)))
        from family in Gen.Frequency((12, Gen.Constant(original.Family)), (1, Gen.Choose(0, 9).Select(id => (uint)id)))
        from key in Change(original.Key)
        from value in Change(original.Value)
        select (tag, family, key, value);

    private static IEnumerable<Operation> OperationsOf(string scenario) =>
        RecordedLogs.ReadAsync(TestFiles.Committed($"kvrocks/{scenario}/db")).GetAwaiter().GetResult().SelectMany(MadeBatch.Parse);

    [Fact]
    public void Mutated_operations_are_decoded_or_reported() => Prop.ForAll(
        Mutated.ArrayOf().Resize(30).ToArbitrary(),
        operations =>
        {
            byte[] payload = MadeBatch.Of(operations);
            var keyspace = new Keyspace();
            var decoder = new KvrocksDecoder();
            Feed(payload, keyspace, decoder);
            ReadAll(keyspace);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Fact]
    public void A_keyspace_remains_readable_after_mutations_within_a_recorded_log() => Prop.ForAll(
        Mutated.ArrayOf().Resize(30).ToArbitrary(),
        operations =>
        {
            var keyspace = new Keyspace(new KeyspaceOptions { MaxOrphans = 5 });
            var decoder = new KvrocksDecoder();
            Feed(MadeBatch.Of(Originals), keyspace, decoder);
            Feed(MadeBatch.Of(operations), keyspace, decoder);
            Feed(MadeBatch.Of([.. operations.Reverse()]), keyspace, decoder);
            ReadAll(keyspace);
            Assert.InRange(keyspace.OrphanCount, 0, 5);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Arbitrary_bytes_are_read_as_log_data_CBOR_and_elements_without_an_exception() => Prop.ForAll(
        Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().ToArbitrary(),
        bytes =>
        {
            KvrocksLogData logData = KvrocksLogData.Read(bytes);
            _ = logData.Command;
            _ = logData.CommandArguments.Length;
            if (CborText.ToJson(bytes) is { } json)
            {
                System.Text.Json.JsonDocument.Parse(json).Dispose();
            }

            _ = StreamEntryFields.IsWhole(bytes);
            _ = HyperLogLog.Count(bytes);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    private static Gen<byte[]> Change(byte[] original) => Gen.Frequency(
        (3, Gen.Constant(original)),
        (2, from at in Gen.Choose(0, Math.Max(original.Length - 1, 0))
            from value in Gen.Elements<byte>(0, 1, 0x7F, 0x80, 0xFE, 0xFF)
            select original.Length == 0 ? [value] : (byte[])[.. original[..at], value, .. original[(at + 1)..]]),
        (1, from length in Gen.Choose(0, original.Length) select original[..length]),
        (1, from end in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf() select (byte[])[.. original, .. end]));

    private static void Feed(byte[] payload, Keyspace keyspace, KvrocksDecoder decoder)
    {
        var batch = new WriteBatch(payload);
        decoder.BeginBatch(batch);
        foreach (WriteBatchOperation operation in batch)
        {
            DecodedOperation item = decoder.Decode(operation);
            Assert.Equal(item.Kind == DecodedOperationKind.Undecodable, item.Reason is not null);
        }

        BatchChanges changes = keyspace.ApplyWithChanges(ref batch);
        Assert.Null(batch.Finding);
        Assert.All(changes.Undecodable, entry => Assert.NotEmpty(entry.Reason));
    }

    private static void ReadAll(Keyspace keyspace)
    {
        foreach (KeyspaceKey key in keyspace.Keys)
        {
            _ = key.IsComplete;
            _ = key.ExistsAt(DateTimeOffset.UnixEpoch);
            _ = key.Slot;
            _ = key.StringValue.Length + key.ToJsonText()?.Length + key.Elements.Count();
            _ = key.HashFields().Count() + key.ListElements().Count() + key.SetMembers().Count() + key.ZSetMembers().Count();
            _ = key.SortedInts().Count() + key.StreamEntries().Count() + key.StreamGroups().Count;
            _ = key.ToBitmap(maxSize: 1 << 20);
            _ = key.ToHyperLogLogRegisters();
            _ = key.TimeSeriesSamples().Count() + key.TimeSeriesLabels().Count() + key.TimeSeriesRules().Count();
            _ = key.ToTDigest()?.Quantile(0.5);
            _ = key.BloomMayContain("x"u8);
            Assert.True(key.BloomFalsePositiveRate() is null or (>= 0 and <= 1));
            if (key.Slot is null)
            {
                Assert.Same(key, keyspace.Find(key.Namespace.Span, key.UserKey.Span));
            }
        }
    }
}
