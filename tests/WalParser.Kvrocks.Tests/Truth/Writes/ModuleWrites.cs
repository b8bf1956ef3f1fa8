namespace WalParser.Kvrocks.Tests.Truth.Writes;

/// <summary>
/// The write commands for types that Redis has as modules: JSON, Bloom and cuckoo filters, t-digests, time series, indexes.
/// </summary>
internal static class ModuleWrites
{
    private static readonly string[] Documents =
    [
        """{"a":1,"b":[1,2,3],"c":{"d":"e","a":2.5},"t":true}""", """[1,"two",null,{"a":[]}]""", "\"text\"", "3", "{}", "1.5e10",
        """{"a":{"b":{"a":[true,false]}},"n":12345678901234567890}""", "\"\\u00e9\\ud83d\\ude00\"",
    ];

    public static Dictionary<string, Func<RandomArguments, string[]>> Table { get; } = new()
    {
        ["json.set"] = a =>
        [
            a.Key('j'), a.Chance(2) ? "$" : JsonPath(a), Document(a), .. a.Chance(5) ? [a.One("NX", "XX")] : Array.Empty<string>(),
        ],
        ["json.mset"] = a => a.Several(2, () => [a.Key('j'), "$", Document(a)]),
        ["json.merge"] = a => [a.Key('j'), JsonPath(a), Document(a)],
        ["json.arrappend"] = a => [a.Key('j'), JsonPath(a), .. a.Several(2, () => Document(a))],
        ["json.arrinsert"] = a => [a.Key('j'), JsonPath(a), a.Number(-2, 2), Document(a)],
        ["json.arrtrim"] = a => [a.Key('j'), JsonPath(a), a.Number(-2, 1), a.Number(-1, 3)],
        ["json.arrpop"] = a => [a.Key('j'), JsonPath(a), a.Number(-2, 2)],
        ["json.clear"] = a => [a.Key('j'), JsonPath(a)],
        ["json.toggle"] = a => [a.Key('j'), JsonPath(a)],
        ["json.del"] = a => [a.Key('j'), JsonPath(a)],
        ["json.forget"] = a => [a.Key('j'), JsonPath(a)],
        ["json.numincrby"] = a => [a.Key('j'), JsonPath(a), a.Decimal()],
        ["json.nummultby"] = a => [a.Key('j'), JsonPath(a), a.Decimal()],
        ["json.strappend"] = a => [a.Key('j'), JsonPath(a), "\"more\""],
        ["bf.reserve"] = a => [a.Key('o'), a.One("0.01", "0.1", "0.001"), a.Number(1, 200), .. a.Form(
            () => [], () => ["EXPANSION", a.Number(1, 4)], () => ["NONSCALING"])],
        ["bf.add"] = a => [a.Key('o'), a.Element()],
        ["bf.madd"] = a => [a.Key('o'), .. a.Several(30, () => a.Number(0, 1000))],
        ["bf.insert"] = a => [a.Key('o'), .. a.Perhaps("CAPACITY", a.Number(10, 100)), "ITEMS", .. a.Several(30, () => a.Number(0, 1000))],
        ["cf.reserve"] = a => [a.Key('f'), a.Number(10, 500), .. a.Perhaps("BUCKETSIZE", a.Number(1, 4))],
        ["cf.add"] = a => [a.Key('f'), a.Element()],
        ["cf.addnx"] = a => [a.Key('f'), a.Element()],
        ["cf.insert"] = a => [a.Key('f'), "ITEMS", .. a.Several(20, () => a.Number(0, 1000))],
        ["cf.insertnx"] = a => [a.Key('f'), "ITEMS", .. a.Several(20, () => a.Number(0, 1000))],
        ["cf.del"] = a => [a.Key('f'), a.Element()],
        ["topk.reserve"] = a => [a.Key('p'), a.Number(1, 9)],
        ["topk.add"] = a => [a.Key('p'), .. a.Elements(9)],
        ["topk.incrby"] = a => [a.Key('p'), .. a.Several(3, () => [a.Element(), a.Number(1, 9)])],
        ["tdigest.create"] = a => [a.Key('d'), .. a.Perhaps("COMPRESSION", a.Number(1, 200))],
        ["tdigest.add"] = a => [a.Key('d'), .. a.Several(a.Chance(8) ? 800 : 20, a.Decimal)],
        ["tdigest.reset"] = a => [a.Key('d')],
        ["tdigest.merge"] = a =>
            [a.Key('d'), "2", a.Key('d'), a.Key('d'), .. a.Perhaps("COMPRESSION", a.Number(1, 200)), .. a.Perhaps("OVERRIDE")],
        ["ts.create"] = a => [a.Key('t'), .. SeriesOptions(a), .. Labels(a)],
        ["ts.alter"] = a => [a.Key('t'), .. a.Perhaps("RETENTION", a.Number(0, 5000)), .. Labels(a)],
        ["ts.add"] = a =>
        [
            a.Key('t'), Timestamp(a), a.Decimal(), .. a.Chance(4) ? SeriesOptions(a) : [],
            .. a.Chance(3) ? ["ON_DUPLICATE", Policy(a)] : Array.Empty<string>(),
        ],
        ["ts.madd"] = a => a.Several(4, () => [a.Key('t'), Timestamp(a), a.Decimal()]),
        ["ts.incrby"] = a => [a.Key('t'), a.Decimal(), "TIMESTAMP", Timestamp(a)],
        ["ts.decrby"] = a => [a.Key('t'), a.Decimal(), "TIMESTAMP", Timestamp(a)],
        // A deletion that begins after the latest bucket of a rule ends the server.
        ["ts.del"] = a => [a.Key('t'), "0", a.Number(0, 10_000)],
        ["ts.createrule"] = a =>
        [
            a.Key('t'), a.Key('t'), "AGGREGATION",
            a.One("avg", "sum", "min", "max", "range", "count", "first", "last", "std.p", "std.s", "var.p", "var.s"), a.One("500", "1000"),
            .. a.Perhaps(a.Number(0, 200)),
        ],
        ["ts.deleterule"] = a => [a.Key('t'), a.Key('t')],
        ["ft.create"] = a =>
        [
            $"idx{a.Number(0, 2)}", "ON", a.One("HASH", "JSON"), "PREFIX", "1", a.One("h", "j"), "SCHEMA",
            "e20", "TAG", .. a.Perhaps("SEPARATOR", ";"), "n0", "NUMERIC",
        ],
        ["ft.dropindex"] = a => [$"idx{a.Number(0, 2)}"],
    };

    private static string Document(RandomArguments a) => a.One(Documents);

    private static string JsonPath(RandomArguments a) => a.One("$", "$.a", "$.b", "$..a", "$.c.d", "$[1]", "$.t", "$.new", "$.b[0]");

    private static string Timestamp(RandomArguments a) => a.Number(1, 10_000);

    private static string Policy(RandomArguments a) => a.One("BLOCK", "FIRST", "LAST", "MIN", "MAX", "SUM");

    private static string[] SeriesOptions(RandomArguments a) =>
    [
        .. a.Perhaps("RETENTION", a.One("0", "2000", "100000")), .. a.Perhaps("CHUNK_SIZE", a.One("8", "64", "128")),
        .. a.Perhaps("DUPLICATE_POLICY", Policy(a)),
    ];

    private static string[] Labels(RandomArguments a) =>
        a.Perhaps(["LABELS", .. a.Several(2, () => [$"label{a.Number(0, 3)}", $"value {a.Number(0, 3)}"])]);
}
