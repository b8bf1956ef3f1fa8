using System.Buffers;
using System.IO.Pipelines;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Processes;
using WalParser.TestSupport.Redis;
using static WalParser.TestSupport.Redis.RedisCommands;

namespace WalParser.Kvrocks.Tests.Resp;

public sealed class RespWriterTests
{
    [Fact]
    public void A_command_is_an_array_of_bulk_strings()
    {
        // The example in Redis's description of the protocol, and an argument that contains control characters.
        Assert.Equal("*2\r\n$4\r\nLLEN\r\n$6\r\nmylist\r\n"u8, Written(Command("LLEN", "mylist")));
        Assert.Equal("*3\r\n$3\r\nSET\r\n$0\r\n\r\n$5\r\n\0\r\n$x\r\n"u8, Written(Command("SET", "", "\0\r\n$x")));
    }

    [Fact]
    public void A_command_without_a_name_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RespWriter.WriteCommand(new ArrayBufferWriter<byte>(), []));

    [SkippableFact]
    public async Task A_server_accepts_a_file_of_commands_from_redis_cli_and_as_an_append_only_file()
    {
        RedisServer.SkipIfAbsent();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("walparser-resp-");
        try
        {
            byte[] any = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
            string file = Path.Combine(folder.FullName, "appendonly.aof");
            await using (FileStream stream = File.Create(file))
            {
                var writer = PipeWriter.Create(stream);
                RespWriter.WriteCommand(writer, Command("SELECT", "0"));
                RespWriter.WriteCommand(writer, Command("SET", any, any));
                RespWriter.WriteCommand(writer, Command("RPUSH", "list", "", new byte[100_000], "*3\r\n"));
                await writer.CompleteAsync();
            }

            await using RedisServer piped = await RedisServer.StartAsync();
            SystemProgram.SkipIfAbsent("redis-cli");
            using (ChildProcess cli = ChildProcess.Start("redis-cli", "-p", $"{piped.Port}", "--pipe"))
            {
                ChildResult result = await cli.EndAsync(await File.ReadAllBytesAsync(file));
                Assert.Contains("errors: 0, replies: 3", result.Output, StringComparison.Ordinal);
            }

            // Redis 7 imports a single file of this name into its folder of append-only files.
            await using RedisServer loaded = await RedisServer.StartAsync("--appendonly", "yes", "--dir", folder.FullName);
            foreach (RedisServer server in (RedisServer[])[piped, loaded])
            {
                await using RedisConnection connection = await server.ConnectAsync();
                Assert.Equal(any, (await connection.AskAsync("GET", any)).Bytes.ToArray());
                Assert.Equal(
                    ["", new string('\0', 100_000), "*3\r\n"],
                    (await connection.AskAsync("LRANGE", "list", "0", "-1")).Items.ToArray().Select(item => item.Text));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ReadOnlySpan<byte> Written(ReadOnlyMemory<byte>[] command)
    {
        var output = new ArrayBufferWriter<byte>();
        RespWriter.WriteCommand(output, command);
        return output.WrittenSpan;
    }
}
