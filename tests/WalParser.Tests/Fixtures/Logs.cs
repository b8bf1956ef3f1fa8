using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Fixtures;

/// <summary>
/// Generates logs for property tests: small logs of the test data and made logs, unchanged and mutated. Also reads all recorded logs.
/// </summary>
internal static class Logs
{
    /// <summary>A change to a log's bytes.</summary>
    public sealed record Mutation(int At, byte Value, int Length);

    /// <summary>A log, its number, and the changes that were made to it.</summary>
    public sealed record Log(string Name, byte[] Bytes, ulong? Number, Mutation[] Mutations)
    {
        public override string ToString() => $"{Name} with {string.Join(", ", (object[])Mutations)}";
    }

    private static readonly (string Name, byte[] Bytes, ulong? Number)[] Originals =
    [
        .. new[]
        {
            "rocksdb/recycled/000016.log", "rocksdb/timestamps/000004.log", "rocksdb/predecessor-recycled/000012.log",
            "rocksdb/2pc-unprepared/000004.log", "rocksdb/entities/000004.log", "kvrocks/types/db/000010.log",
        }
            .Where(name => File.Exists(TestFiles.Committed(name)))
            .Select(name => (name, File.ReadAllBytes(TestFiles.Committed(name)), (ulong?)null)),
        ("long records", LongRecords(null), null),
        ("long recyclable records", LongRecords(9), 9),
    ];

    /// <summary>One of the original logs, with up to four changes.</summary>
    public static Gen<Log> Mutated =>
        from original in Gen.Elements(Originals)
        from mutations in MutationOf(original.Bytes.Length).ArrayOf().Resize(4)
        select new Log(original.Name, Apply(original.Bytes, mutations), original.Number, mutations);

    /// <summary>
    /// A sequence of fragments of all types with valid checksums, in any order, with zeros and garbage between them. Mutation hardly ever
    /// results in such a log.
    /// </summary>
    public static Gen<Log> Fragments =>
        from number in Gen.Elements<ulong?>(null, 7)
        from pieces in Gen.Choose(0, int.MaxValue).ListOf().Resize(40)
        select new Log($"fragments of {string.Join(' ', pieces)}", Build(pieces), number, []);

    /// <summary>A mutated log or a sequence of fragments.</summary>
    public static Gen<Log> Any => Gen.OneOf(Mutated, Fragments);

    /// <summary>Returns the values of all operations of a type in the recorded logs that are not hostile.</summary>
    /// <param name="type">The type of the operations.</param>
    /// <param name="committed">The paths of other logs that are read as well, which may be recorded logs.</param>
    public static async Task<List<byte[]>> ReadRecordedValuesAsync(OperationType type, params IEnumerable<string> committed)
    {
        List<byte[]> values = [];
        IEnumerable<string> recorded = TestFiles.Named("*.log")
            .Where(name => !name.StartsWith("hostile/", StringComparison.Ordinal)).Select(TestFiles.PathOf);
        foreach (string path in recorded.Concat(committed))
        {
            await using WalReader reader = WalReader.Open(path);
            while (await reader.ReadAsync())
            {
                if (reader.Kind != WalEntryKind.Record)
                {
                    continue;
                }

                foreach (WriteBatchOperation operation in new WriteBatch(reader.Record))
                {
                    if (operation.Type == type)
                    {
                        values.Add(operation.Value.ToArray());
                    }
                }
            }
        }

        return values;
    }

    private static byte[] Build(IEnumerable<int> pieces)
    {
        FragmentType[] types =
        [
            .. Enumerable.Range(0, 14).Select(type => (FragmentType)type), FragmentType.PredecessorWalInfo,
            FragmentType.RecyclablePredecessorWalInfo, (FragmentType)200, (FragmentType)100,
        ];
        var output = new MemoryStream();
        var log = new LogBuilder(output);
        foreach (int piece in pieces)
        {
            var random = new Random(piece);
            byte[] payload = new byte[random.Next(8) switch { 0 => 0, 1 => 6, 2 => 24, 3 => random.Next(32000), _ => random.Next(60) }];
            random.NextBytes(payload);
            if (payload.Length % 6 == 0 && random.Next(2) == 0)
            {
                // Small numbers, so that families repeat and sizes are zero.
                payload = [.. payload.Select(value => (byte)(value & 1))];
            }

            switch (random.Next(20))
            {
                case 0:
                    log.Raw(new byte[random.Next(40_000)]);
                    break;
                case 1:
                    log.Raw(payload);
                    break;
                case 2:
                    log.Record(payload);
                    break;
                default:
                    log.Fragment(types[random.Next(types.Length)], payload, number: random.Next(5) == 0 ? 6u : 7u);
                    break;
            }
        }

        return output.ToArray();
    }

    private static Gen<Mutation> MutationOf(int length) =>
        from at in Gen.Choose(0, length - 1)
        from value in Gen.Choose(0, 255)
        from run in Gen.Frequency((8, Gen.Constant(1)), (1, Gen.Choose(2, 100)), (1, Gen.Constant(-1)))
        select new Mutation(at, (byte)value, run);

    /// <summary>Applies changes. A length of −1 truncates the log.</summary>
    private static byte[] Apply(byte[] bytes, Mutation[] mutations)
    {
        byte[] mutated = [.. bytes];
        foreach (Mutation mutation in mutations)
        {
            if (mutation.Length < 0)
            {
                mutated = mutated[..Math.Min(mutation.At, mutated.Length)];
            }
            else
            {
                int from = Math.Min(mutation.At, mutated.Length);
                mutated.AsSpan(from, Math.Min(mutation.Length, mutated.Length - from)).Fill(mutation.Value);
            }
        }

        return mutated;
    }

    /// <summary>Returns a log with records of sizes up to several blocks, which end at various distances from the end of a block.</summary>
    private static byte[] LongRecords(uint? logNumber)
    {
        var output = new MemoryStream();
        var log = new LogBuilder(output, logNumber);
        var random = new Random(7);
        var batch = new BatchBuilder();
        ulong sequence = 1;
        foreach (int size in new[] { 1, 32700, 30, 65000, 0, 100_000, 32768, 13, 5000, 60_000 })
        {
            byte[] value = new byte[size];
            random.NextBytes(value);
            log.Record(batch.Reset().Put("key"u8, value).Build(sequence++));
        }

        return output.ToArray();
    }
}
