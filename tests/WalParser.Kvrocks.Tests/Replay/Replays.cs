using System.Diagnostics.CodeAnalysis;
using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>Runs replays of batches.</summary>
internal static class Replays
{
    public const string CheckpointName = "walparser:at";

    public static ReadOnlyMemory<byte> CheckpointKey => "walparser:at"u8.ToArray();

    /// <summary>
    /// Returns the value of a checkpoint at which everything is confirmed, for logs from number 1 and an unknown database.
    /// </summary>
    public static string CheckpointValue(ulong last) => $"{last} database=- first=1";

    /// <summary>Returns the value of a checkpoint without what the replay has selected.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static string? WithoutSelection(string? value) => value?.Split(" selection=")[0];

    public static async Task AssertCheckpointAsync(RedisConnection connection, ulong last) =>
        Assert.Equal(CheckpointValue(last), WithoutSelection((await connection.AskAsync("GET", CheckpointName)).Text));

    public static ReplayOptions Plain(string ns = Tests.Commands.Replay.DefaultNamespace) => new()
    {
        Commands = Tests.Commands.Replay.Plain(ns),
    };

    /// <summary>Replays the batches until the replay stops.</summary>
    public static async Task<ReplayResult> RunAsync(
        RedisEndpoint endpoint, ReplayOptions options, IEnumerable<byte[]> batches, bool isComplete = true) =>
        (await RunWithNotesAsync(endpoint, options, batches, isComplete)).Result;

    /// <summary>Replays the batches until the replay stops. Returns what the commands leave out, too.</summary>
    public static async Task<(ReplayResult Result, IReadOnlyList<ConversionNote> Notes)> RunWithNotesAsync(
        RedisEndpoint endpoint, ReplayOptions options, IEnumerable<byte[]> batches, bool isComplete = true)
    {
        await using Replayer replayer = await Replayer.ConnectAsync(endpoint, options);
        foreach (byte[] payload in batches)
        {
            if (!await replayer.ReplayAsync(new WriteBatch(payload)))
            {
                break;
            }
        }

        ReplayResult result = isComplete ? await replayer.CompleteAsync() : await replayer.StopAsync();
        return (result, replayer.Notes);
    }

    /// <summary>Replays the batches. If the connection is lost, returns the known progress and false.</summary>
    public static async Task<(ReplayResult Result, bool IsComplete)> TryRunAsync(
        RedisEndpoint endpoint, ReplayOptions options, IEnumerable<byte[]> batches)
    {
        await using Replayer replayer = await Replayer.ConnectAsync(endpoint, options);
        try
        {
            foreach (byte[] payload in batches)
            {
                Assert.True(await replayer.ReplayAsync(new WriteBatch(payload)));
            }

            return (await replayer.CompleteAsync(), true);
        }
        catch (RedisException)
        {
            return (await replayer.StopAsync(), false);
        }
    }
}
