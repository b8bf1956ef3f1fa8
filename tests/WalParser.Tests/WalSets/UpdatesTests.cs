using System.Globalization;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.WalSets;

/// <summary>Updates since a sequence number, on random histories with missing and truncated files, compared with a naive model.</summary>
public class UpdatesTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(60);

    /// <summary>A batch of the model.</summary>
    private sealed record ModelBatch(ulong Sequence, int Count, string File, byte[] Bytes, long Offset)
    {
        public ulong Next => Sequence + (ulong)Count;
    }

    /// <summary>The values that an iterator returns for a batch.</summary>
    private sealed record Update(string File, long Offset, ulong Sequence, ulong Next, string? Break);

    /// <summary>A database on disk, and the batches that can be read from it, in the order of the files.</summary>
    private sealed record Model(List<ModelBatch> Batches, string Story)
    {
        /// <summary>
        /// Returns the updates since a number: all batches from the first one that ends after it, in the newest file that does not begin
        /// after it.
        /// </summary>
        public List<Update> Since(ulong sequence)
        {
            string? start = Batches.GroupBy(batch => batch.File)
                .Where(file => file.First().Sequence <= sequence)
                .Select(file => file.Key)
                .LastOrDefault();
            int from = start is null ? 0 : Batches.FindIndex(batch => batch.File == start);
            int first = Batches.FindIndex(from, batch => batch.Next > sequence);
            // No batch has the number 0. It requests all batches.
            ulong wanted = Math.Max(sequence, 1);
            return first < 0 ? [] : Walk(first, Batches[first].Sequence > wanted ? wanted : null, Batches.Skip(from).Take(first - from));
        }

        public List<Update> All => Batches.Count == 0 ? [] : Walk(0, null, []);

        private List<Update> Walk(int first, ulong? sought, IEnumerable<ModelBatch> before)
        {
            List<Update> updates = [];
            ulong? expected = sought;
            ulong highest = 0;
            ulong? previous = null;
            List<(ulong First, ulong Next)> missing = [];
            foreach (ModelBatch batch in before)
            {
                Pass(batch);
            }

            foreach (ModelBatch batch in Batches.Skip(first))
            {
                string leap = batch.Sequence > highest ? "SequenceGap" : "SequenceReturn";
                string? found = expected is null || batch.Sequence == expected ? null
                    : batch.Sequence > expected ? $"{leap} {expected} {batch.Sequence}"
                    : missing.Exists(gap => Math.Max(batch.Sequence, gap.First) < Math.Min(batch.Next, gap.Next))
                        ? $"SequenceOutOfOrder {expected} {batch.Sequence}"
                    : batch.Next <= highest ? $"SequenceDuplicate {expected} {batch.Sequence}"
                    : $"SequenceOverlap {expected} {batch.Sequence}";
                updates.Add(new Update(batch.File, batch.Offset, batch.Sequence, batch.Next, found));
                expected = batch.Next;
                Pass(batch);
            }

            return updates;

            void Pass(ModelBatch batch)
            {
                if (batch.Sequence > previous && batch.Sequence > highest)
                {
                    missing.Add((Math.Max(previous.Value, highest), batch.Sequence));
                }

                previous = batch.Next;
                highest = Math.Max(highest, batch.Next);
            }
        }
    }

    private static Gen<int> Seeds => Gen.Choose(0, int.MaxValue);

    [Fact]
    public void Batches_and_gaps_equal_those_of_the_model() => Prop.ForAll(Seeds.ToArbitrary(), seed =>
    {
        using var database = new TempDatabase();
        Model model = Lay(database, new Random(seed));
        CheckAsync(database, model, new Random(seed)).GetAwaiter().GetResult();
    }).Check(Config);

    private static async Task CheckAsync(TempDatabase database, Model model, Random random)
    {
        WalSet set = await WalSet.OpenAsync(database.Path);
        await using WalUpdates updates = set.OpenIterator();
        Expect(model, model.All, await RestAsync(updates), "all");
        Assert.Throws<InvalidOperationException>(() => updates.Current.Record.Offset);
        Assert.False(await updates.MoveNextAsync());

        // Seeks back and forth on one iterator, sometimes before it has reached the end.
        ulong last = model.Batches.Select(batch => batch.Next).DefaultIfEmpty().Max();
        ulong[] numbers =
        [
            0,
            1,
            last,
            last + 1,
            last + 1000,
            ulong.MaxValue,
            .. Enumerable.Range(0, 20).Select(_ => (ulong)random.NextInt64((long)last + 2)),
        ];
        foreach (ulong sequence in numbers.OrderBy(_ => random.Next()))
        {
            await updates.SeekAsync(sequence);
            Assert.Equal(sequence, updates.NextSequence);
            List<Update> expected = model.Since(sequence);
            int count = random.Next(3) == 0 ? random.Next(expected.Count + 1) : int.MaxValue;
            Expect(model, [.. expected.Take(count)], await RestAsync(updates, count), $"since {sequence}");
            Assert.Equal(expected.Take(count).LastOrDefault()?.Next ?? sequence, updates.NextSequence);
        }

        // A reader of everything reports the same breaks.
        SetSequences map = await SetSequences.OfAsync(set);
        Assert.Equal(model.All.Select(update => update.Break).OfType<string>(), map.SequenceFindings.Select(LineOf));
        Assert.Equal(model.Batches.Count, map.Files.Sum(file => file.Records));
    }

    [Fact]
    public async Task Several_iterators_may_read_the_same_set()
    {
        using var database = new TempDatabase();
        Model model = Lay(database, new Random(4711));
        Assert.NotEmpty(model.Batches);
        WalSet set = await WalSet.OpenAsync(database.Path);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var random = new Random(i);
            await using WalUpdates updates = set.OpenIterator();
            for (int round = 0; round < 20; round++)
            {
                ulong sequence = (ulong)random.NextInt64((long)model.Batches[^1].Next);
                await updates.SeekAsync(sequence);
                Expect(model, model.Since(sequence), await RestAsync(updates), $"since {sequence}");
            }
        })));
    }

    /// <summary>
    /// To find the start, only the first record of each file after the one that contains the number is read, once. Then that file and the
    /// requested batches are read.
    /// </summary>
    [Fact]
    public async Task The_start_is_found_with_first_records_only()
    {
        const int Files = 20;
        const int Batches = 100;
        CountingStream?[] last = new CountingStream[Files];
        int[] opened = new int[Files];
        List<WalFile> files = [];
        for (int i = 0; i < Files; i++)
        {
            int file = i;
            byte[] log = TempDatabase.LogOf(
                Enumerable.Range(0, Batches).Select(batch =>
                    TempDatabase.Puts((ulong)((file * Batches) + batch + 1), 1, new string('v', 20_000))));
            files.Add(new WalFile(WalFileName.Of((ulong)i + 1), (ulong)i + 1, options =>
            {
                opened[file]++;
                return WalReader.Create(last[file] = new CountingStream(log), options);
            }));
        }

        await using WalUpdates updates = new WalSet(files).OpenIterator();
        await updates.SeekAsync((15 * Batches) + 5);
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal((15UL * Batches) + 5, updates.Current.Batch.Sequence);
        Assert.Equal([.. Enumerable.Repeat(0, 15), 2, 1, 1, 1, 1], opened);
        Assert.All(last[16..], stream => Assert.True(stream!.BytesRead <= 2 << 20, $"{stream.BytesRead} bytes for a first record"));
        Assert.True(last[15]!.BytesRead < 2 << 20);
        Assert.All(last[16..], stream => Assert.True(stream!.IsDisposed));

        // The sequence numbers that were found are cached.
        await updates.SeekAsync((15 * Batches) + 50);
        await updates.SeekAsync((18 * Batches) + 50);
        Assert.Equal([.. Enumerable.Repeat(0, 15), 3, 1, 1, 2, 1], opened);
    }

    [Fact]
    public async Task A_disposed_iterator_throws()
    {
        WalUpdates updates = new WalSet([]).OpenIterator();
        Assert.False(await updates.MoveNextAsync());
        await updates.DisposeAsync();
        await updates.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => updates.MoveNextAsync().AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => updates.SeekAsync(1).AsTask());
    }

    private static void Expect(Model model, List<Update> expected, List<Update> actual, string what) =>
        Assert.True(
            expected.SequenceEqual(actual),
            $"{what} in {model.Story}:\nexpected {string.Join(", ", expected)}\nactual   {string.Join(", ", actual)}");

    private static async Task<List<Update>> RestAsync(WalUpdates updates, int count = int.MaxValue)
    {
        List<Update> found = [];
        while (found.Count < count && await updates.MoveNextAsync())
        {
            WalUpdate update = updates.Current;
            Assert.Equal(update.Batch.Sequence, new WriteBatch(update.Record).Sequence);
            found.Add(new Update(
                update.File.Name, update.Record.Offset, update.Batch.Sequence, updates.NextSequence,
                update.SequenceFinding is null ? null : LineOf(update.SequenceFinding)));
        }

        return found;
    }

    private static string LineOf(SequenceFinding found) =>
        string.Create(CultureInfo.InvariantCulture, $"{found.Kind} {found.Expected} {found.Found}");

    /// <summary>
    /// Creates a random history, split into files, some of which are empty, archived or compressed, and some of which are then removed or
    /// truncated. Sometimes the database was reopened after a loss and continues with a smaller number.
    /// </summary>
    private static Model Lay(TempDatabase database, Random random)
    {
        List<ModelBatch> all = [];
        List<string> story = [];
        ulong next = (ulong)random.Next(1, 50);
        int files = random.Next(1, 8);
        ulong number = 3;
        bool areArchived = random.Next(2) == 0;
        for (int i = 0; i < files; i++, number += (ulong)random.Next(1, 5))
        {
            if (i > 0 && random.Next(6) == 0)
            {
                next -= (ulong)random.NextInt64((long)Math.Min(next, 15));
            }

            areArchived &= random.Next(4) > 0;
            string name = (areArchived ? "archive/" : "") + WalFileName.Of(number);
            List<ModelBatch> batches = [];
            var output = new MemoryStream();
            var log = new LogBuilder(output, random.Next(3) == 0 ? (uint)number : null);
            List<long> ends = [];
            for (int left = random.Next(5) == 0 ? 0 : random.Next(1, 12); left > 0; left--)
            {
                int count = random.Next(5) == 0 ? 0 : random.Next(1, 5);
                byte[] bytes = count == 0
                    ? TempDatabase.LogData(next)
                    : TempDatabase.Puts(next, count, new string('x', random.Next(8) == 0 ? random.Next(40_000) : random.Next(50)));

                // The offset of the record is determined from the log itself: it follows the trailer of a block.
                long offset = output.Length;
                log.Record(bytes);
                offset += TrailerAt(offset, output.ToArray());
                batches.Add(new ModelBatch(next, count, name, bytes, offset));
                ends.Add(output.Length);
                next += (ulong)count;
            }

            byte[] content = output.ToArray();
            switch (random.Next(6))
            {
                case 0:
                    story.Add($"{name} removed");
                    continue;
                case 1 when content.Length > 0:
                    content = content[..random.Next(content.Length)];
                    batches = [.. batches.Where((_, index) => ends[index] <= content.Length)];
                    story.Add($"{name} cut at {content.Length}");
                    break;
            }

            if (random.Next(4) == 0)
            {
                // A compressed copy of an empty file is also valid.
                name += ".gz";
                batches = [.. batches.Select(batch => batch with { File = name })];
                content = Gzip(content);
            }

            story.Add($"{name}: {string.Join(' ', batches.Select(batch => $"{batch.Sequence}+{batch.Count}"))}");
            database.Write(name, content);
            all.AddRange(batches);
        }

        return new Model(all, string.Join("; ", story));
    }

    /// <summary>Returns the number of zero bytes before a record where no header fits in the block.</summary>
    private static long TrailerAt(long offset, byte[] log)
    {
        long left = 32768 - (offset % 32768);
        bool isRecyclable = log.Length > 6 && log[6] is >= 5 and <= 8;
        return left < (isRecyclable ? 11 : 7) ? left : 0;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public long BytesRead { get; private set; }

        public bool IsDisposed { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int read = base.Read(buffer);
            BytesRead += read;
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            int read = await base.ReadAsync(buffer, cancellationToken);
            BytesRead += read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
