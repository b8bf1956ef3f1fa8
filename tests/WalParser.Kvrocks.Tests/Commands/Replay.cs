using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>Converts batches and loads the commands into a server.</summary>
internal static class Replay
{
    public const string DefaultNamespace = "__namespace";

    /// <summary>Returns all commands of the batches, including those at the end of the log.</summary>
    public static List<RedisCommand> Convert(this CommandConverter converter, IEnumerable<byte[]> payloads)
    {
        List<RedisCommand> commands = [];
        foreach (byte[] payload in payloads)
        {
            var batch = new WriteBatch(payload);
            commands.AddRange(converter.Convert(ref batch));
            Assert.Null(batch.Finding);
        }

        commands.AddRange(converter.Complete());
        return commands;
    }

    /// <summary>Returns the options for one namespace and a server without modules.</summary>
    public static CommandOptions Plain(string ns = DefaultNamespace) =>
        new() { WithJson = false, Namespaces = [System.Text.Encoding.UTF8.GetBytes(ns)] };

    /// <summary>Sends the commands. Returns the refusals, including those within transactions.</summary>
    public static async Task<List<string>> LoadAsync(this RedisConnection connection, IReadOnlyList<RedisCommand> commands)
    {
        List<string> refused = [];
        foreach (RedisCommand[] chunk in commands.Chunk(1000))
        {
            List<Task<RespValue>> replies = [];
            foreach (RedisCommand command in chunk)
            {
                replies.Add(await connection.SendAsync(command.Arguments));
            }

            RespValue[] all = await Task.WhenAll(replies);
            for (int i = 0; i < all.Length; i++)
            {
                RespValue reply = all[i];
                if (reply.IsError)
                {
                    refused.Add($"{chunk[i]}: {reply.Text}");
                }
                else if (chunk[i].Name == "EXEC")
                {
                    refused.AddRange(
                        reply.Items.ToArray().Where(item => item.IsError)
                            .Select(item => $"in the batch at {chunk[i].Sequence}: {item.Text}"));
                }
            }
        }

        return refused;
    }
}
