using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WalParser.Kvrocks.Resp;

namespace WalParser.TestSupport.Redis;

/// <summary>A server whose replies a test chooses: a function from a command, as words, to the bytes of the reply.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Func<string, string> _reply;
    private readonly Task _serving;

    public FakeServer(Func<string, string> reply)
    {
        _reply = reply;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stopped.Dispose();
    }

    private async Task ServeAsync()
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                clients.Add(ServeAsync(await _listener.AcceptSocketAsync(_stopped.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var commands = new RespReader(PipeReader.Create(stream));
        try
        {
            while (await commands.ReadAsync(_stopped.Token) is { } command)
            {
                string text = string.Join(' ', command.Items.ToArray().Select(item => item.Text));
                await stream.WriteAsync(Encoding.UTF8.GetBytes(_reply(text)), _stopped.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client or the test has ended.
        }
    }
}
