using System.Net;
using System.Net.Sockets;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>
/// A proxy between a client and a server that closes the connection after a number of bytes of replies. The server may or may not have
/// executed the commands that were sent until then.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public CuttingProxy(RedisEndpoint server, long replyBytes)
    {
        _listener.Start();
        Endpoint = RedisEndpoint.Parse($"redis://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{server.Database}");
        _serving = ServeAsync(server, replyBytes);
    }

    public RedisEndpoint Endpoint { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        try
        {
            await _serving;
        }
        catch (SocketException)
        {
            // No client connected.
        }
    }

    private async Task ServeAsync(RedisEndpoint server, long replyBytes)
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync();
        using var upstream = new TcpClient();
        await upstream.ConnectAsync(server.Host, server.Port);
        Task forward = CopyAsync(client.GetStream(), upstream.GetStream(), long.MaxValue);
        Task back = CopyAsync(upstream.GetStream(), client.GetStream(), replyBytes);
        await Task.WhenAny(forward, back);
        client.Close();
        upstream.Close();
        await Task.WhenAll(forward, back);
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, long most)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (most > 0 && await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most))) is > 0 and int read)
            {
                await to.WriteAsync(buffer.AsMemory(0, read));
                most -= read;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The other connection was closed.
        }
    }
}
