namespace WalParser.Kvrocks.Tests.Truth.Writes;

/// <summary>The write commands for keys of any type, and those for strings.</summary>
internal static class KeyWrites
{
    public static Dictionary<string, Func<RandomArguments, string[]>> Table { get; } = new()
    {
        ["del"] = a => a.Several(2, a.AnyKey),
        ["unlink"] = a => a.Several(2, a.AnyKey),
        ["rename"] = a => Pair(a),
        ["renamenx"] = a => Pair(a),
        ["copy"] = a => [.. Pair(a), .. a.Perhaps("REPLACE")],
        ["move"] = a => [a.AnyKey(), "0"],
        ["expire"] = a => [a.AnyKey(), a.Seconds()],
        ["pexpire"] = a => [a.AnyKey(), a.Seconds() + "000"],
        ["expireat"] = a => [a.AnyKey(), a.Time()[..^3]],
        ["pexpireat"] = a => [a.AnyKey(), a.Time()],
        ["persist"] = a => [a.AnyKey()],
        ["sort"] = a => [a.Key(a.One("l", "c", "z")[0]), "ALPHA", .. a.Perhaps("DESC"), "STORE", a.Key('l')],
        ["restore"] = a => a.Dumps.Count == 0
            ? []
            : [a.AnyKey(), a.One("0", "5000000000"), a.Dumps[a.Random.Next(a.Dumps.Count)], .. a.Perhaps("REPLACE")],
        ["set"] = a =>
        [
            a.Key('s'), a.Element(),
            .. a.Form(
                () => [],
                () => [a.One("NX", "XX")],
                () => ["PXAT", a.Time()],
                () => ["EX", a.Seconds()],
                () => ["KEEPTTL"]),
        ],
        ["setex"] = a => [a.Key('s'), a.Seconds(), a.Element()],
        ["psetex"] = a => [a.Key('s'), a.Seconds() + "000", a.Element()],
        ["setnx"] = a => [a.Key('s'), a.Element()],
        ["mset"] = a => a.Several(3, () => [a.Key('s'), a.Element()]),
        ["msetnx"] = a => a.Several(2, () => [a.Key('s'), a.Element()]),
        ["getset"] = a => [a.Key('s'), a.Element()],
        ["getdel"] = a => [a.Key('s')],
        ["getex"] = a => [a.Key('s'), .. a.Form(() => ["PERSIST"], () => ["PXAT", a.Time()], () => ["EX", a.Seconds()])],
        ["append"] = a => [a.Key('s'), a.Element()],
        ["setrange"] = a => [a.Key('s'), a.Number(0, 30), a.Element()],
        ["incr"] = a => [a.Key('n')],
        ["decr"] = a => [a.Key('n')],
        ["incrby"] = a => [a.Key('n'), a.Number(-1000, 1000)],
        ["decrby"] = a => [a.Key('n'), a.Number(-1000, 1000)],
        ["incrbyfloat"] = a => [a.Key('n'), a.Decimal()],
        ["cas"] = a => [a.Key('s'), a.Element(), a.Element(), .. a.Perhaps("EX", a.Seconds())],
        ["cad"] = a => [a.Key('s'), a.Element()],
        ["delex"] = a => [a.Key('s'), .. a.Perhaps("IFEQ", a.Element())],
        ["digest"] = a => [a.Key('s')],
        ["msetex"] = a => ["2", a.Key('s'), a.Element(), a.Key('s'), a.Element(), .. a.Perhaps("EX", a.Seconds())],
        ["pfadd"] = a => [a.Key('k'), .. a.Several(5, () => a.Number(0, 5_000))],
        ["pfmerge"] = a => [a.Key('k'), .. a.Keys('k', 2)],
        ["setbit"] = a => [a.Key(a.Chance(6) ? 's' : 'b'), a.Number(0, a.Chance(3) ? 30_000 : 100), a.One("0", "1")],
        ["bitop"] = a => a.Form(
            () => [a.One("AND", "OR", "XOR"), a.Key('b'), .. a.Keys('b', 3)],
            () => ["NOT", a.Key('b'), a.Key('b')]),
        ["bitfield"] = a =>
        [
            a.Key(a.Chance(6) ? 's' : 'b'),
            .. a.Several(
                3,
                () =>
                [
                    .. a.Perhaps("OVERFLOW", a.One("WRAP", "SAT", "FAIL")), a.One("SET", "INCRBY"), a.One("u", "i") + a.Number(1, 62),
                    a.Number(0, a.Chance(4) ? 20_000 : 200), a.Number(0, 300),
                ]),
        ],
    };

    private static string[] Pair(RandomArguments a)
    {
        // A pair of keys with the same prefix often gets its names back, and with them its versions.
        char prefix = RandomArguments.Prefixes[a.Random.Next(RandomArguments.Prefixes.Length)];
        return [a.Key(prefix), a.Key(prefix)];
    }
}
