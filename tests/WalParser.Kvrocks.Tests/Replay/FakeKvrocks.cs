using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>
/// A substitute for a Kvrocks server. APPLYBATCH applies a batch to the stored records and is refused within a transaction, GET and SET
/// store the checkpoint, and any other command is recorded. It can close the connection after a number of commands.
/// </summary>
internal sealed class FakeKvrocks : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _serving;
    private readonly Dictionary<string, byte[]> _strings = [];
    private readonly StoredRecords _records = new();
    private readonly KeyspaceOptions? _options;

    public FakeKvrocks(KeyspaceOptions? options = null)
    {
        _options = options;
        _listener.Start();
        Endpoint = RedisEndpoint.Parse($"redis://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _serving = ServeAsync();
    }

    public RedisEndpoint Endpoint { get; }

    /// <summary>The dataset that the stored records are, however they came about.</summary>
    public Keyspace Keyspace => _records.ToKeyspace(_options);

    /// <summary>The batches that were received, in order.</summary>
    public List<byte[]> Batches { get; } = [];

    /// <summary>The commands that were executed, except batches and the checkpoint.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>
    /// The number of commands after which the server closes a connection, before it replies to the last of them.
    /// </summary>
    public int CommandsToCut { get; set; } = int.MaxValue;

    public string? Stored(string key) => _strings.TryGetValue(key, out byte[]? value) ? Encoding.UTF8.GetString(value) : null;

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _serving;
        _listener.Stop();
        _stopped.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stopped.Token);
                try
                {
                    await ServeAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // The client closed the connection.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // DisposeAsync was called.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        // A command is an array of bulk strings, which the reader of replies can read.
        var commands = new RespReader(PipeReader.Create(stream));
        List<RespValue>? queued = null;
        for (int count = 1; await commands.ReadAsync() is { } command; count++)
        {
            string name = command.Items.Span[0].Text;
            string reply;
            if (name == "MULTI")
            {
                queued = [];
                reply = "+OK\r\n";
            }
            else if (name == "EXEC")
            {
                reply = $"*{queued!.Count}\r\n{string.Concat(queued.Select(Execute))}";
                queued = null;
            }
            else if (queued is not null)
            {
                reply = name == "APPLYBATCH" ? "-ERR Can't execute APPLYBATCH in MULTI\r\n" : "+QUEUED\r\n";
                queued.Add(command);
            }
            else
            {
                reply = Execute(command);
            }

            if (count == CommandsToCut)
            {
                return;
            }

            await stream.WriteAsync(Encoding.UTF8.GetBytes(reply));
        }
    }

    private string Execute(RespValue command)
    {
        RespValue[] arguments = command.Items.ToArray();
        switch (arguments[0].Text)
        {
            case "PING":
                return "+PONG\r\n";
            case "APPLYBATCH":
                byte[] payload = arguments[1].Bytes.ToArray();
                var batch = new WriteBatch(payload);
                _records.Apply(ref batch);
                if (batch.Finding is { } corruption)
                {
                    return $"-ERR Corruption: {corruption}\r\n";
                }

                Batches.Add(payload);
                return $":{payload.Length}\r\n";
            case "GET":
                return Stored(arguments[1].Text) is { } value ? $"${value.Length}\r\n{value}\r\n" : "$-1\r\n";
            case "SET" when arguments[1].Text == Replays.CheckpointName:
                _strings[arguments[1].Text] = arguments[2].Bytes.ToArray();
                return "+OK\r\n";
            case "TYPE":
                return "+none\r\n";
            case "SADD" or "RPUSH" or "DEL":
                Commands.Add(string.Join(' ', arguments.Select(argument => argument.Text)));
                return ":1\r\n";
            default:
                Commands.Add(string.Join(' ', arguments.Select(argument => argument.Text)));
                return "+OK\r\n";
        }
    }
}
