using System.Diagnostics;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>A server whose last BGSAVE failed, so that it refuses writes (MISCONF).</summary>
internal static class FailedSave
{
    /// <summary>Starts a server that saves its data, and so depends on it.</summary>
    public static Task<RedisServer> StartServerAsync() =>
        RedisServer.StartAsync("--save", "3600 1000000", "--enable-protected-configs", "yes");

    /// <summary>Takes the folder away that the server saves to, and waits until a BGSAVE has failed.</summary>
    public static async Task CauseAsync(RedisConnection connection)
    {
        using var folder = new TempFolder();
        string gone = folder.PathOf("gone");
        Directory.CreateDirectory(gone);
        await connection.AskAsync("CONFIG", "SET", "dir", gone);
        Directory.Delete(gone);
        await connection.AskAsync("BGSAVE");
        for (var waited = Stopwatch.StartNew();
            !(await connection.AskAsync("INFO", "persistence")).Text.Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal);)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "BGSAVE did not fail.");
            await Task.Delay(20);
        }
    }
}
