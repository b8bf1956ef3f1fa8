using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Tests.Commands.Model;

/// <summary>
/// Derives a command that a user might send from each of a list of numbers, and groups the commands in batches. The model has both the
/// batches and the commands.
/// </summary>
internal static class RandomHistory
{
    private const ulong Past = 1_000;
    private const ulong Future = 4_102_444_800_000;

    private static readonly KvrocksType[] Types =
    [
        KvrocksType.String, KvrocksType.Hash, KvrocksType.Set, KvrocksType.ZSet, KvrocksType.List, KvrocksType.List, KvrocksType.Stream,
        KvrocksType.Stream, KvrocksType.Bitmap, KvrocksType.SortedInt, KvrocksType.HyperLogLog,
    ];

    private static readonly double[] OddScores =
    [
        0, -0.0, 1, 0.1, 3.0000000000000004, 1e300, double.Epsilon, double.PositiveInfinity, double.NegativeInfinity, -1.5,
    ];

    public static ModelServer Of(IEnumerable<int> numbers)
    {
        var server = new ModelServer();
        foreach (int number in numbers)
        {
            var random = new Random(number);
            server.KeepsEmpty = random.Next(2) == 0;
            Act(server, random);
            if (random.Next(3) > 0)
            {
                server.EndBatch();
            }
        }

        server.EndBatch();
        return server;
    }

    private static void Act(ModelServer server, Random random)
    {
        string name = $"k{random.Next(6)}";
        ModelKey? key = server.Keys.GetValueOrDefault(name);
        switch (random.Next(27))
        {
            case 0:
                server.Delete(name);
                break;
            case 1 when key is not null:
                server.Change(
                    name, key.Type, one => one.Expiry = random.Next(3) switch { 0 => Past, 1 => Future + (ulong)random.Next(100), _ => 0 });
                break;
            case 2:
                server.Copy(name, $"k{random.Next(6)}", isMove: random.Next(2) == 0);
                break;
            case 24 or 25:
                // The version of a key comes to another, changes there, and comes back.
                string other = $"k{random.Next(6)}";
                server.Copy(name, other, isMove: random.Next(2) == 0);
                if (server.Keys.TryGetValue(other, out ModelKey? copy))
                {
                    Edit(server, other, copy.Type, random);
                    server.Copy(other, name, isMove: random.Next(2) == 0);
                }

                break;
            case 26 when key?.Type == KvrocksType.Stream && key.Stream.Entries.Count > 0:
                server.TrimByRange(name, random.Next(1, key.Stream.Entries.Count + 1));
                break;
            case 3 when random.Next(4) == 0:
                server.Flush(isByKeys: random.Next(2) == 0);
                break;
            case 4 when key is not null:
                // Another version, of the same or another type.
                server.Delete(name);
                Edit(server, name, Types[random.Next(Types.Length)], random);
                break;
            case 5 when random.Next(3) == 0:
                server.DeleteRange(name, $"k{random.Next(7)}");
                break;
            case 6 when key?.Type is KvrocksType.Hash or KvrocksType.Set or KvrocksType.SortedInt or KvrocksType.HyperLogLog:
                server.RewriteByRange(name);
                break;
            default:
                Edit(server, name, key is null || random.Next(20) == 0 ? Types[random.Next(Types.Length)] : key.Type, random);
                break;
        }
    }

    private static void Edit(ModelServer server, string name, KvrocksType type, Random random) => server.Change(name, type, key =>
    {
        switch (type)
        {
            case KvrocksType.String:
                key.Text = Element(random);
                break;
            case KvrocksType.Hash or KvrocksType.Set:
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    string field = Element(random);
                    if (random.Next(3) > 0)
                    {
                        key.Fields[field] = type == KvrocksType.Set ? "" : Element(random);
                    }
                    else
                    {
                        key.Fields.Remove(field);
                    }
                }

                break;
            case KvrocksType.ZSet:
                string member = Element(random);
                if (random.Next(4) > 0)
                {
                    double any = BitConverter.Int64BitsToDouble(random.NextInt64());
                    key.Scores[member] = random.Next(5) > 0 || double.IsNaN(any) ? OddScores[random.Next(OddScores.Length)] : any;
                }
                else
                {
                    key.Scores.Remove(member);
                }

                break;
            case KvrocksType.SortedInt:
                ulong number = (ulong)random.Next(10);
                if (!key.Numbers.Add(number))
                {
                    key.Numbers.Remove(number);
                }

                break;
            case KvrocksType.List:
                EditList(key, random);
                break;
            case KvrocksType.Bitmap:
                int bit = random.Next(random.Next(2) == 0 ? 64 : 40_000);
                byte[] bits = key.Bits;
                Array.Resize(ref bits, Math.Max(bits.Length, (bit / 8) + 1));
                bits[bit / 8] ^= (byte)(0x80 >> (bit % 8));
                key.Bits = bits;
                break;
            case KvrocksType.HyperLogLog:
                key.Registers[random.Next(key.Registers.Length)] = (byte)random.Next(2);
                break;
            default:
                int count = key.Stream.Entries.Count;
                ulong added = key.Stream.EntriesAdded;
                bool isXAdd = EditStream(key.Stream, random);

                // A server does not notice that XADD overwrites an entry that lay there.
                key.Miscount += isXAdd ? (long)(key.Stream.EntriesAdded - added) - (key.Stream.Entries.Count - count) : 0;
                break;
        }
    });

    private static void EditList(ModelKey key, Random random)
    {
        List<string> list = key.List;
        int count = list.Count;
        int at = count == 0 ? 0 : random.Next(count);
        switch (count == 0 ? 0 : random.Next(8))
        {
            case 0:
                list.AddRange(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Element(random)));
                break;
            case 1:
                list.Insert(0, Element(random));
                key.Head--;
                break;
            case 2:
                int pops = random.Next(1, count + 1);
                list.RemoveRange(0, pops);
                key.Head += (ulong)pops;
                break;
            case 3:
                list.RemoveAt(count - 1);
                break;
            case 4:
                list[at] = Element(random);
                break;
            case 5:
                // LINSERT may move the elements on either side.
                list.Insert(at, Element(random));
                key.Head -= (ulong)random.Next(2);
                break;
            case 6:
                string element = list[at];
                int left = random.Next(1, 4);
                int removed = list.RemoveAll(other => other == element && left-- > 0);
                key.Head += random.Next(2) == 0 ? 0 : (ulong)removed;
                break;
            default:
                int start = random.Next(count);
                int length = random.Next(count - start + 1);
                key.List = list.GetRange(start, length);
                key.Head += (ulong)start;
                break;
        }
    }

    /// <returns>Whether entries were added.</returns>
    private static bool EditStream(ModelStream stream, Random random)
    {
        StreamEntryId any = stream.Entries.Count == 0 ? default : stream.Entries.Keys.ElementAt(random.Next(stream.Entries.Count));
        string name = $"g{random.Next(2)}";
        string consumer = $"c{random.Next(3)}";
        ModelGroup? group = stream.Groups.GetValueOrDefault(name);
        switch (random.Next(14))
        {
            case 0 when stream.Entries.Count > 0:
                stream.Entries.Remove(any);
                stream.MaxDeletedId = any > stream.MaxDeletedId ? any : stream.MaxDeletedId;
                break;
            case 1 or 2 when stream.Entries.Count > 0:
                // The server may or may not record a trim as a deletion.
                bool isNoted = random.Next(2) == 0;
                foreach (StreamEntryId id in stream.Entries.Keys.Take(random.Next(1, stream.Entries.Count + 1)).ToArray())
                {
                    stream.Entries.Remove(id);
                    stream.MaxDeletedId = isNoted && id > stream.MaxDeletedId ? id : stream.MaxDeletedId;
                }

                break;
            case 3:
                stream.LastId = new StreamEntryId(stream.LastId.Milliseconds + 1, 0);
                stream.EntriesAdded += (ulong)random.Next(3);
                break;
            case 4 when group is not null && random.Next(3) == 0:
                stream.Groups.Remove(name);
                break;
            case 4 or 5 when group is null:
                stream.Groups[name] = new ModelGroup { LastId = any, EntriesRead = random.Next(-1, 3) };
                break;
            case 5:
                group!.LastId = any;
                group.EntriesRead = random.Next(-1, 5);
                break;
            case 6 when group is not null && !group.Consumers.Add(consumer):
                group.Consumers.Remove(consumer);
                StreamEntryId[] pending =
                [
                    .. group.Pending.Where(entry => entry.Value.Consumer == consumer).Select(entry => entry.Key),
                ];
                foreach (StreamEntryId id in pending)
                {
                    group.Pending.Remove(id);
                }

                break;
            case 7 or 8 when group is not null && stream.Entries.Count > 0:
                group.Consumers.Add(consumer);
                group.Pending[any] = new ModelPending(consumer, (ulong)random.Next(1_000), (ulong)random.Next(4));
                group.LastId = any > group.LastId ? any : group.LastId;
                break;
            case 9 when group is { Pending.Count: > 0 }:
                group.Pending.Remove(group.Pending.Keys.ElementAt(random.Next(group.Pending.Count)));
                break;
            case 10 when group is { Pending.Count: > 0 }:
                // XCLAIM, also of entries that have been deleted.
                StreamEntryId claimed = group.Pending.Keys.ElementAt(random.Next(group.Pending.Count));
                group.Consumers.Add(consumer);
                group.Pending[claimed] = new ModelPending(consumer, (ulong)random.Next(1_000), (ulong)random.Next(4));
                break;
            default:
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    stream.LastId = random.Next(2) == 0
                        ? new StreamEntryId(stream.LastId.Milliseconds, stream.LastId.Sequence + 1)
                        : new StreamEntryId(stream.LastId.Milliseconds + 5, 0);
                    stream.Entries[stream.LastId] = [Element(random), Element(random)];
                    stream.EntriesAdded++;
                }

                return true;
        }

        return false;
    }

    /// <summary>
    /// Returns one of few elements, so that elements recur. One is binary, one is empty, and some look like parts of commands.
    /// </summary>
    private static string Element(Random random) => random.Next(8) switch
    {
        0 => "\0\xff \r\n",
        1 => "",
        2 => "-1",
        3 => "\00",
        4 => "MAXLEN",
        var other => $"e{other}{random.Next(3)}",
    };
}
