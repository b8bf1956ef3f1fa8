using System.Globalization;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Truth.Writes;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>Sends random write commands to a server, some in transactions and scripts.</summary>
internal sealed class Workload(RedisConnection connection, string[] driven, Random random)
{
    private readonly RandomArguments _arguments = new(random);

    /// <summary>The commands in the order in which they were sent, each with the error of the server if it refused it.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>The commands that the server executed at least once.</summary>
    public HashSet<string> Accepted { get; } = [];

    /// <summary>Sends a number of commands.</summary>
    public async Task RunAsync(int count)
    {
        // A family of commands at a time meets on its keys more often than all commands would.
        while (count > 0)
        {
            string family = Family(driven[random.Next(driven.Length)]);
            string[] names = [.. driven.Where(name => Family(name) == family || random.Next(8) == 0)];
            int length = Math.Min(count, random.Next(5, 60));
            for (int sent = 0; sent < length; sent++)
            {
                await StepAsync(names);
            }

            count -= length;
        }
    }

    /// <summary>Sends the commands of a history that the model of the suite has executed.</summary>
    public async Task RunAsync(IEnumerable<string[]> commands)
    {
        foreach (string[] command in commands)
        {
            await SendAsync(command);
        }
    }

    private static string Family(string name) =>
        name.Split('.') is [var module, _] ? module
        : name is "bitop" or "bitfield" or "setbit" ? "bit"
        : name[0] is 'b' && name.Length > 1 ? name[1..2]
        : name[..1];

    private async Task StepAsync(string[] names)
    {
        switch (random.Next(40))
        {
            case 0:
                await SendAsync(["multi"]);
                foreach (string[] command in MakeSome(names))
                {
                    await SendAsync(command);
                }

                await SendAsync(["exec"]);
                break;
            case 1:
                // Within a script, the server also sends the reply of these commands to the client.
                string[][] scripted = [.. MakeSome(names).Where(command => !RepliesTwice(command[0]))];
                await SendAsync(
                [
                    "eval", ServerWrites.Script, "0",
                    .. scripted.SelectMany(command => (string[])[command.Length.ToString(CultureInfo.InvariantCulture), .. command]),
                ]);
                break;
            case 2 when await DumpAsync() is { } dump:
                _arguments.Dumps.Add(dump);
                break;
            default:
                if (WriteCommands.Make(names[random.Next(names.Length)], _arguments) is { } made && await IsSafeAsync(made))
                {
                    await SendAsync(made);
                }

                break;
        }
    }

    private IEnumerable<string[]> MakeSome(string[] names) =>
        Enumerable.Range(0, random.Next(2, 6))
            .Select(_ => WriteCommands.Make(names[random.Next(names.Length)], _arguments))
            .OfType<string[]>()
            .Where(command => command[0] is not
                ("multi" or "exec" or "eval" or "evalsha" or "script" or "function" or "fcall" or "pfmerge"));

    private static bool RepliesTwice(string name) =>
        name is "blpop" or "brpop" or "blmpop" or "blmove" or "brpoplpush" or "bzpopmin" or "bzpopmax" or "bzmpop" or "zmpop";

    /// <summary>Returns whether the server survives a command: PFMERGE with a key of another type ends it.</summary>
    private async Task<bool> IsSafeAsync(string[] command)
    {
        foreach (string key in command[0] == "pfmerge" ? command[1..] : [])
        {
            if ((await connection.AskAsync("TYPE", ModelKey.Bytes(key))).Text is not ("hyperloglog" or "none"))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<string?> DumpAsync()
    {
        RespValue reply = await connection.ExecuteAsync(Bytes(["DUMP", _arguments.AnyKey()]));
        return reply.IsError || reply.IsNull ? null : ModelKey.Latin(reply.Bytes.ToArray());
    }

    private async Task SendAsync(string[] command)
    {
        string line = string.Join(' ', command.Select(part => System.Text.Json.JsonSerializer.Serialize(part)));
        RespValue reply;
        try
        {
            reply = await connection.ExecuteAsync(Bytes(command));
        }
        catch (RedisException exception)
        {
            string before = string.Concat(Lines.TakeLast(2).Select(previous => $"\n  {previous}"));
            throw new InvalidOperationException($"{exception.Message}\n  The last commands:{before}\n  [{line}]", exception);
        }

        Lines.Add(reply.IsError ? $"[{line}] refused: {reply.Text}" : $"[{line}]");
        if (!reply.IsError)
        {
            Accepted.Add(command[0].ToLowerInvariant());
        }
    }

    private static ReadOnlyMemory<byte>[] Bytes(string[] command) =>
        [.. command.Select(part => (ReadOnlyMemory<byte>)ModelKey.Bytes(part))];
}
