namespace WalParser.Kvrocks.Tests.Truth.Writes;

/// <summary>The write commands for streams.</summary>
internal static class StreamWrites
{
    public static Dictionary<string, Func<RandomArguments, string[]>> Table { get; } = new()
    {
        ["xadd"] = a =>
        [
            a.Key('x'), .. a.Form(() => [], () => [], () => Trim(a), () => ["NOMKSTREAM"]), a.Chance(3) ? "*" : a.StreamId(),
            .. a.Several(2, () => [a.Element(), a.Element()]),
        ],
        ["xdel"] = a => [a.Key('x'), .. a.Several(3, a.StreamId)],
        ["xtrim"] = a => [a.Key('x'), .. Trim(a)],
        ["xsetid"] = a => [a.Key('x'), a.StreamId(), .. a.Perhaps("ENTRIESADDED", a.Number(0, 100), "MAXDELETEDID", a.StreamId())],
        ["xgroup"] = a => a.Form(
            () => ["CREATE", a.Key('x'), Group(a), a.One("$", "0", a.StreamId()), .. a.Perhaps("MKSTREAM"),
                .. a.Perhaps("ENTRIESREAD", a.Number(0, 9))],
            () => ["CREATECONSUMER", a.Key('x'), Group(a), Consumer(a)],
            () => ["DELCONSUMER", a.Key('x'), Group(a), Consumer(a)],
            () => a.Chance(3) ? ["DESTROY", a.Key('x'), Group(a)] : ["CREATECONSUMER", a.Key('x'), Group(a), Consumer(a)],
            () => ["SETID", a.Key('x'), Group(a), a.One("$", "0", a.StreamId()), .. a.Perhaps("ENTRIESREAD", a.Number(0, 9))]),
        ["xreadgroup"] = a =>
        [
            "GROUP", Group(a), Consumer(a), .. a.Perhaps("COUNT", a.Number(1, 4)), .. a.Chance(6) ? ["NOACK"] : Array.Empty<string>(),
            "STREAMS", a.Key('x'), a.Chance(5) ? "0" : ">",
        ],
        ["xack"] = a => [a.Key('x'), Group(a), .. a.Several(3, a.StreamId)],
        ["xackdel"] = a => [a.Key('x'), Group(a), "IDS", "1", a.StreamId()],
        ["xdelex"] = a => [a.Key('x'), a.One("KEEPREF", "DELREF", "ACKED"), "IDS", "1", a.StreamId()],
        ["xclaim"] = a =>
        [
            a.Key('x'), Group(a), Consumer(a), "0", .. a.Several(2, a.StreamId), .. a.Perhaps("RETRYCOUNT", a.Number(0, 5)),
            .. a.Perhaps("FORCE"), .. a.Perhaps("LASTID", a.StreamId()),
        ],
        ["xautoclaim"] = a => [a.Key('x'), Group(a), Consumer(a), "0", "0", .. a.Perhaps("COUNT", a.Number(1, 4))],
    };

    private static string Group(RandomArguments a) => $"g{a.Number(0, 1)}";

    private static string Consumer(RandomArguments a) => $"c{a.Number(0, 2)}";

    private static string[] Trim(RandomArguments a) => a.Form(
        () => ["MAXLEN", .. a.Perhaps("="), a.Number(0, 12)],
        () => ["MINID", a.StreamId()],
        () => ["MAXLEN", "~", a.Number(0, 12)]);
}
