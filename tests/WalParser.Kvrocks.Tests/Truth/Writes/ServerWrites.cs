namespace WalParser.Kvrocks.Tests.Truth.Writes;

/// <summary>The write commands that are not for a key: scripts, functions, messages, and the deletion of everything.</summary>
internal static class ServerWrites
{
    /// <summary>A script that executes the commands in its arguments: for each its length, and then its parts.</summary>
    public const string Script =
        "local i = 1 while i <= #ARGV do local n = tonumber(ARGV[i]) redis.pcall(unpack(ARGV, i + 1, i + n)) i = i + n + 1 end return i";

    private const string Library = """
        #!lua name=truth
        redis.register_function('put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)
        redis.register_function('add', function(keys, args) return redis.call('HSET', keys[1], args[1], args[2]) end)
        """;

    public static Dictionary<string, Func<RandomArguments, string[]>> Table { get; } = new()
    {
        ["eval"] = a => ["redis.call('SET', KEYS[1], ARGV[1]) return redis.call('APPEND', KEYS[1], ARGV[1])", "1", a.Key('s'), a.Element()],
        // The digest is that of the script which SCRIPT LOAD loads.
        ["evalsha"] = a => ["d8f2fad9f8e86a53d2a6ebd960b33c4972cacc37", "1", a.Key('s'), a.Element()],
        ["script"] = a => ["LOAD", "return redis.call('SET', KEYS[1], ARGV[1])"],
        ["function"] = a => a.Chance(12) ? [a.One("DELETE", "FLUSH"), .. a.Perhaps("truth")] : ["LOAD", "REPLACE", Library],
        ["fcall"] = a => a.Chance(2) ? ["put", "1", a.Key('s'), a.Element()] : ["add", "1", a.Key('h'), a.Element(), a.Element()],
        ["publish"] = a => ["channel", a.Element()],
        ["spublish"] = a => ["channel", a.Element()],
        ["mpublish"] = a => ["channel", a.Element(), a.Element()],
        ["flushdb"] = a => a.Chance(4) ? [] : ["not now"],
        ["flushall"] = a => a.Chance(8) ? [] : ["not now"],
    };
}
