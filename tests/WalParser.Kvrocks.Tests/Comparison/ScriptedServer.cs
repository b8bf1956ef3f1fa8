using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>A server whose replies a function returns, in the form of the protocol; text represents its Latin-1 bytes.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Func<string[], string> _reply;
    private readonly Task _serving;

    public ScriptedServer(Func<string[], string> reply)
    {
        _reply = reply;
        _listener.Start();
        Endpoint = RedisEndpoint.Parse($"redis://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _serving = ServeAsync();
    }

    public RedisEndpoint Endpoint { get; }

    /// <summary>Returns a string as a reply.</summary>
    public static string Bulk(string text) => $"${text.Length}\r\n{text}\r\n";

    /// <summary>Returns replies as an array.</summary>
    public static string List(IEnumerable<string> replies) => List([.. replies]);

    /// <inheritdoc cref="List(IEnumerable{string})"/>
    public static string List(params string[] replies) => $"*{replies.Length}\r\n{string.Concat(replies)}";

    /// <summary>Returns the reply to a command that the server does not know.</summary>
    public static string Unknown(string name) => $"-ERR unknown command '{name}', with args beginning with: \r\n";

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
                    NetworkStream stream = client.GetStream();
                    var commands = new RespReader(PipeReader.Create(stream));
                    while (await commands.ReadAsync() is { } command)
                    {
                        string[] arguments = [.. command.Items.ToArray().Select(item => Encoding.Latin1.GetString(item.Bytes.Span))];
                        string reply = arguments[0] == "PING" ? "+PONG\r\n" : _reply(arguments);
                        await stream.WriteAsync(Encoding.Latin1.GetBytes(reply));
                    }
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
}
