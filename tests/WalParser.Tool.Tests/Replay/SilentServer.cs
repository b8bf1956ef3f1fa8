using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WalParser.Tool.Tests.Replay;

/// <summary>A server that answers PING, and nothing after the first other question.</summary>
internal sealed class SilentServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _serving;
    private int _silent;

    public SilentServer()
    {
        _listener.Start();
        Uri = string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _serving = ServeAsync();
    }

    public string Uri { get; }

    /// <summary>Waits until so many clients have got no reply to something.</summary>
    public async Task WaitForConnectionsAsync(int count)
    {
        for (DateTime end = DateTime.UtcNow.AddMinutes(1); Volatile.Read(ref _silent) < count; await Task.Delay(20))
        {
            Assert.True(DateTime.UtcNow < end, "No client has connected.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        await _serving;
        _stopped.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stopped.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // DisposeAsync was called.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[1 << 16];
        bool isSilent = false;
        try
        {
            while (await stream.ReadAsync(buffer, _stopped.Token) is > 0 and int read)
            {
                string text = Encoding.Latin1.GetString(buffer, 0, read);
                string reply = isSilent ? ""
                    : text.Contains("PING", StringComparison.Ordinal) ? "+PONG\r\n"
                    : "";
                if (!isSilent && reply.Length == 0)
                {
                    isSilent = true;
                    Interlocked.Increment(ref _silent);
                }

                await stream.WriteAsync(Encoding.Latin1.GetBytes(reply), _stopped.Token);
            }
        }
        catch (IOException)
        {
            // The client closed the connection.
        }
    }
}
