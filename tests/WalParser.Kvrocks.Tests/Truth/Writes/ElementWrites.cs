namespace WalParser.Kvrocks.Tests.Truth.Writes;

/// <summary>The write commands for hashes, lists, sets, sorted sets, geographical sets and sortedints.</summary>
internal static class ElementWrites
{
    public static Dictionary<string, Func<RandomArguments, string[]>> Table { get; } = new()
    {
        ["hset"] = a => [a.Key('h'), .. a.Several(4, () => [a.Element(), a.Element()])],
        ["hmset"] = a => [a.Key('h'), .. a.Several(4, () => [a.Element(), a.Element()])],
        ["hsetnx"] = a => [a.Key('h'), a.Element(), a.Element()],
        ["hsetexpire"] = a => [a.Key('h'), a.Seconds(), .. a.Several(3, () => [a.Element(), a.Element()])],
        ["hdel"] = a => [a.Key('h'), .. a.Elements(2)],
        ["hincrby"] = a => [a.Key('h'), $"n{a.Number(0, 2)}", a.Number(-100, 100)],
        ["hincrbyfloat"] = a => [a.Key('h'), $"n{a.Number(0, 2)}", a.Decimal()],
        ["hexpire"] = a => [a.Key('h'), a.Seconds(), .. Fields(a)],
        ["hpexpire"] = a => [a.Key('h'), a.Seconds() + "000", .. Fields(a)],
        ["hexpireat"] = a => [a.Key('h'), a.Time()[..^3], .. Fields(a)],
        ["hpexpireat"] = a => [a.Key('h'), a.Time(), .. Fields(a)],
        ["hpersist"] = a => [a.Key('h'), .. Fields(a)],
        ["hgetdel"] = a => [a.Key('h'), .. Fields(a)],
        ["hgetex"] = a => [a.Key('h'), .. a.Perhaps("PXAT", a.Time()), .. Fields(a)],
        ["hsetex"] = a => [a.Key('h'), .. a.Perhaps("PXAT", a.Time()), "FIELDS", "1", a.Element(), a.Element()],
        ["lpush"] = a => [a.Key('l'), .. a.Elements(4)],
        ["rpush"] = a => [a.Key('l'), .. a.Elements(4)],
        ["lpushx"] = a => [a.Key('l'), .. a.Elements(2)],
        ["rpushx"] = a => [a.Key('l'), .. a.Elements(2)],
        ["lpop"] = a => [a.Key('l'), .. a.Perhaps(a.Number(0, 3))],
        ["rpop"] = a => [a.Key('l'), .. a.Perhaps(a.Number(0, 3))],
        ["blpop"] = a => [.. a.Keys('l', 2), "0.01"],
        ["brpop"] = a => [.. a.Keys('l', 2), "0.01"],
        ["lmpop"] = a => ["2", a.Key('l'), a.Key('l'), a.One("LEFT", "RIGHT"), .. a.Perhaps("COUNT", a.Number(1, 4))],
        ["blmpop"] = a => ["0.01", "1", a.Key('l'), a.One("LEFT", "RIGHT"), .. a.Perhaps("COUNT", a.Number(1, 4))],
        ["lrem"] = a => [a.Key('l'), a.Number(-2, 2), a.Element()],
        ["lset"] = a => [a.Key('l'), a.Number(-4, 4), a.Element()],
        ["linsert"] = a => [a.Key('l'), a.One("BEFORE", "AFTER"), a.Element(), a.Element()],
        ["ltrim"] = a => [a.Key('l'), a.Number(-8, 4), a.Number(-3, 12)],
        ["lmove"] = a => [a.Key('l'), a.Key('l'), a.One("LEFT", "RIGHT"), a.One("LEFT", "RIGHT")],
        ["blmove"] = a => [a.Key('l'), a.Key('l'), a.One("LEFT", "RIGHT"), a.One("LEFT", "RIGHT"), "0.01"],
        ["rpoplpush"] = a => [a.Key('l'), a.Key('l')],
        ["brpoplpush"] = a => [a.Key('l'), a.Key('l'), "0.01"],
        ["sadd"] = a => [a.Key('c'), .. a.Elements(4)],
        ["srem"] = a => [a.Key('c'), .. a.Elements(2)],
        ["spop"] = a => [a.Key('c'), .. a.Perhaps(a.Number(1, 3))],
        ["smove"] = a => [a.Key('c'), a.Key('c'), a.Element()],
        ["sdiffstore"] = a => [a.Key('c'), .. a.Keys('c', 3)],
        ["sinterstore"] = a => [a.Key('c'), .. a.Keys('c', 2)],
        ["sunionstore"] = a => [a.Key('c'), .. a.Keys('c', 3)],
        ["zadd"] = a =>
        [
            a.Key('z'),
            .. a.Form(() => [], () => [a.One("NX", "XX", "GT", "LT", "CH")]),
            .. a.Several(4, () => [a.Score(), a.Element()]),
        ],
        ["zincrby"] = a => [a.Key('z'), a.Score(), a.Element()],
        ["zrem"] = a => [a.Key('z'), .. a.Elements(2)],
        ["zpopmin"] = a => [a.Key('z'), .. a.Perhaps(a.Number(1, 3))],
        ["zpopmax"] = a => [a.Key('z'), .. a.Perhaps(a.Number(1, 3))],
        ["bzpopmin"] = a => [.. a.Keys('z', 2), "0.01"],
        ["bzpopmax"] = a => [.. a.Keys('z', 2), "0.01"],
        ["zmpop"] = a => ["2", a.Key('z'), a.Key('z'), a.One("MIN", "MAX"), .. a.Perhaps("COUNT", a.Number(1, 4))],
        ["bzmpop"] = a => ["0.01", "1", a.Key('z'), a.One("MIN", "MAX"), .. a.Perhaps("COUNT", a.Number(1, 4))],
        ["zremrangebyrank"] = a => [a.Key('z'), a.Number(-3, 3), a.Number(-3, 3)],
        ["zremrangebyscore"] = a => [a.Key('z'), a.One("-inf", "(0", "1"), a.One("+inf", "2", "(1")],
        ["zremrangebylex"] = a => [a.Key('z'), a.One("-", "[e", "(e3"), a.One("[e5", "(e7")],
        ["zrangestore"] = a => a.Form(
            () => [a.Key('z'), a.Key('z'), a.Number(-4, 2), a.Number(-2, 5)],
            () => [a.Key('z'), a.Key('z'), "-inf", "+inf", "BYSCORE"]),
        ["zinterstore"] = Combine,
        ["zunionstore"] = Combine,
        ["zdiffstore"] = a => [a.Key('z'), "2", a.Key('z'), a.Key('z')],
        ["geoadd"] = a => [a.Key('g'), .. a.Perhaps("CH"), .. a.Several(3, () => [a.Number(-170, 170), a.Number(-80, 80), a.Element()])],
        ["geosearchstore"] = a =>
            [a.Key('g'), a.Key('g'), "FROMLONLAT", "10", "10", "BYRADIUS", "9000", "km", .. a.Perhaps("STOREDIST")],
        ["georadius"] = a => [a.Key('g'), "10", "10", "9000", "km", a.One("STORE", "STOREDIST"), a.Key('g')],
        ["georadiusbymember"] = a => [a.Key('g'), a.Element(), "9000", "km", a.One("STORE", "STOREDIST"), a.Key('g')],
        ["siadd"] = a => [a.Key('i'), .. a.Several(4, () => a.Number(0, 30))],
        ["sirem"] = a => [a.Key('i'), .. a.Several(2, () => a.Number(0, 30))],
    };

    private static string[] Combine(RandomArguments a) =>
    [
        a.Key('z'), "2", a.Key('z'), a.Key('z'), .. a.Perhaps("WEIGHTS", "2", "3"), .. a.Perhaps("AGGREGATE", a.One("MIN", "MAX", "SUM")),
    ];

    private static string[] Fields(RandomArguments a) => ["FIELDS", "2", a.Element(), a.Element()];
}
