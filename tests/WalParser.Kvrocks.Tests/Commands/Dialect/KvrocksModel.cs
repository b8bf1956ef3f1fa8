using System.Globalization;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Tests.Commands.Model;

namespace WalParser.Kvrocks.Tests.Commands.Dialect;

/// <summary>
/// What Kvrocks's commands do to keys of the types that Redis does not have or stores in another way, by Kvrocks's sources and not by the
/// code under test. A command that a server would refuse fails the test. Other commands are passed over, except for the names of keys.
/// </summary>
internal sealed class KvrocksModel
{
    /// <summary>
    /// The keys, each a <see cref="KvrocksBitmap"/>, a <see cref="KvrocksHyperLogLog"/>, a <see cref="KvrocksTimeSeries"/>, a set of numbers
    /// (sortedint), a list of numbers (the buffer of a t-digest) or the arguments of BF.RESERVE.
    /// </summary>
    public SortedDictionary<string, object> Keys { get; } = new(StringComparer.Ordinal);

    public void Run(RedisCommand command)
    {
        string[] arguments = [.. command.Arguments.ToArray().Select(argument => ModelKey.Latin(argument.ToArray()))];
        string key = arguments.Length > 1 ? arguments[1] : "";
        switch (arguments[0])
        {
            case "DEL" or "SET":
                Keys.Remove(key);
                break;
            case "RENAME" or "COPY":
                Move(key, arguments[2], isCopy: arguments[0] == "COPY");
                break;
            case "FLUSHDB" or "FLUSHALL":
                Keys.Clear();
                break;
            case "SETBIT":
                Get(key, () => new KvrocksBitmap()).SetBit(Number(arguments[2]), arguments[3] == "1");
                break;
            case "BITFIELD":
                Get(key, () => new KvrocksBitmap()).Bitfield(arguments[2..]);
                break;
            case "PFADD":
                foreach (ReadOnlyMemory<byte> element in command.Arguments[2..].ToArray())
                {
                    Get(key, () => new KvrocksHyperLogLog()).Add(element.Span);
                }

                break;
            case "PFMERGE":
                Assert.Equal(key, arguments[2]);
                Get(key, () => new KvrocksHyperLogLog());
                break;
            case "SIADD":
                Get(key, () => new SortedSet<ulong>()).UnionWith(arguments[2..].Select(Unsigned));
                break;
            case "SIREM":
                Get<SortedSet<ulong>>(key).ExceptWith(arguments[2..].Select(Unsigned));
                RemoveIfEmpty(key);
                break;
            case "BF.RESERVE":
                Create(key, arguments[2..]);
                break;
            case "TDIGEST.CREATE":
                Assert.Equal("COMPRESSION", arguments[2]);
                Create(key, new List<double>());
                break;
            case "TDIGEST.ADD":
                Get<List<double>>(key).AddRange(arguments[2..].Select(KvrocksTimeSeries.Number));
                break;
            case "TDIGEST.RESET":
                Get<List<double>>(key).Clear();
                break;
            default:
                RunOnSeries(arguments, key);
                break;
        }
    }

    private void RunOnSeries(string[] arguments, string key)
    {
        switch (arguments[0])
        {
            case "TS.CREATE":
                Assert.Equal(["RETENTION", "ENCODING", "CHUNK_SIZE", "DUPLICATE_POLICY"], arguments[2..10].Where((_, i) => i % 2 == 0));
                Create(key, new KvrocksTimeSeries { Options = arguments[2..] });
                break;
            case "TS.ADD":
                // The policy of the series may be BLOCK, which refuses a second sample with the same timestamp.
                Assert.Equal(["ON_DUPLICATE", "LAST"], arguments[4..6]);
                Get<KvrocksTimeSeries>(key, arguments.Length == 6 ? null : () => new KvrocksTimeSeries { Options = arguments[6..] })
                    .Add(arguments[2], arguments[3]);
                break;
            case "TS.DEL":
                Get<KvrocksTimeSeries>(key).Delete(arguments[2], arguments[3]);
                break;
            case "TS.CREATERULE":
                Assert.Equal("AGGREGATION", arguments[3]);
                Assert.InRange(arguments.Length, 6, 7);
                Assert.Equal("", Get<KvrocksTimeSeries>(key).Source);
                KvrocksTimeSeries other = Get<KvrocksTimeSeries>(arguments[2]);
                Assert.Equal("", other.Source);
                Assert.Empty(other.Rules);
                other.Source = key;
                Get<KvrocksTimeSeries>(key).Rules[arguments[2]] = string.Join(' ', arguments[4..]);
                break;
            case "TS.DELETERULE":
                Assert.True(Get<KvrocksTimeSeries>(key).Rules.Remove(arguments[2]));
                Get<KvrocksTimeSeries>(arguments[2]).Source = "";
                break;
            default:
                Assert.DoesNotContain(".", arguments[0], StringComparison.Ordinal);
                break;
        }
    }

    private void Move(string from, string to, bool isCopy)
    {
        Keys.Remove(to);
        if (Keys.TryGetValue(from, out object? value))
        {
            Keys[to] = Clone(value);
            if (!isCopy && from != to)
            {
                Keys.Remove(from);
            }
        }
    }

    private void Create(string key, object value)
    {
        Assert.False(Keys.ContainsKey(key), "key already exists");
        Keys[key] = value;
    }

    private T Get<T>(string key, Func<T>? create = null)
        where T : class
    {
        if (!Keys.TryGetValue(key, out object? value))
        {
            Assert.True(create is not null, $"{key} is not there");
            Keys[key] = value = create();
        }

        return Assert.IsType<T>(value);
    }

    private void RemoveIfEmpty(string key)
    {
        if (Get<SortedSet<ulong>>(key).Count == 0)
        {
            Keys.Remove(key);
        }
    }

    private static object Clone(object value) => value switch
    {
        KvrocksBitmap bitmap => bitmap.Clone(),
        KvrocksHyperLogLog log => new KvrocksHyperLogLog { Registers = [.. log.Registers] },
        KvrocksTimeSeries series => series.Clone(),
        SortedSet<ulong> numbers => new SortedSet<ulong>(numbers),
        List<double> numbers => new List<double>(numbers),
        _ => value,
    };

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static ulong Unsigned(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
