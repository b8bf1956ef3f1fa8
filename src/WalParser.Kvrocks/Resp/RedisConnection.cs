using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace WalParser.Kvrocks.Resp;

/// <summary>
/// A connection that sends commands without waiting for the replies of those before them. Writing, reading and the caller each go on by
/// themselves, so that a server which waits for its replies to be read never meets a client that waits to be read from. Replies come in
/// the order of the commands; an error reply is the reply of its command and stops nothing. Once the connection is lost, every command
/// without a reply, and every later one, fails with the same <see cref="RedisException"/>. Safe for several threads at once.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    // A command is handed to the socket in pieces of this size at most; that many bytes may wait to be sent.
    private const int Piece = 1 << 16;
    private const int MaxUnsent = 1 << 20;

    private readonly RedisEndpoint _endpoint;
    private readonly Stream _stream;
    private readonly Pipe _outgoing = new(new PipeOptions(pauseWriterThreshold: MaxUnsent, resumeWriterThreshold: MaxUnsent / 2, minimumSegmentSize: Piece, useSynchronizationContext: false));
    private readonly ConcurrentQueue<TaskCompletionSource<RespValue>> _awaited = new();
    private readonly SemaphoreSlim _window;
    private readonly SemaphoreSlim _sender = new(1, 1);
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _writing;
    private readonly Task _reading;
    private RedisException? _failure;
    private int _isDisposed;

    /// <summary>A connection over a stream that is open already; it takes the stream over.</summary>
    internal RedisConnection(RedisEndpoint endpoint, Stream stream, RedisConnectionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1);
        _endpoint = endpoint;
        _stream = stream;
        _window = new SemaphoreSlim(options.Window, options.Window);
        _reading = Task.Run(() => ReadAsync(options.Limits));
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Connects, authenticates, selects the database, and sees that the server answers.</summary>
    /// <exception cref="RedisException">The server cannot be reached or will not serve; the message says what can be done.</exception>
    public static Task<RedisConnection> ConnectAsync(
        RedisEndpoint endpoint, RedisConnectionOptions? options = null, CancellationToken cancellationToken = default) =>
        RedisHandshake.ConnectAsync(endpoint, options ?? RedisConnectionOptions.Default, cancellationToken);

    /// <summary>
    /// Sends a command, its name being its first argument. The task that is returned ends when the command is on its way (the arguments'
    /// memory is the caller's again), and waits while the window is full; the task within it ends with the reply.
    /// </summary>
    /// <exception cref="RedisException">The connection is lost.</exception>
    /// <exception cref="OperationCanceledException">
    /// Cancelled. Before the command's turn came, nothing was sent; a command that was partly sent ends the connection.
    /// </exception>
    public async ValueTask<Task<RespValue>> SendAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> arguments, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(arguments.Length, nameof(arguments));
        cancellationToken.ThrowIfCancellationRequested();
        if (!_window.Wait(0, CancellationToken.None))
        {
            await WaitAsync(_window, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await WaitAsync(_sender, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _window.Release();
            throw;
        }

        // It stands in the queue before its bytes can leave: its reply finds it there. A failure in between is seen by one of the two.
        var reply = new TaskCompletionSource<RespValue>(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited.Enqueue(reply);
        try
        {
            ThrowIfFailed();
            await WriteCommandAsync(arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Fail(RedisErrorKind.ConnectionLost, "a command was cancelled while it was being sent", null);
            throw;
        }
        finally
        {
            _sender.Release();
            FailAwaitedIfFailed();
        }

        return reply.Task;
    }

    /// <summary>Sends a command and waits for its reply. Cancelling the wait leaves the connection as it is.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<RespValue> ExecuteAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> arguments, CancellationToken cancellationToken = default)
    {
        Task<RespValue> reply = await SendAsync(arguments, cancellationToken).ConfigureAwait(false);
        return await reply.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection at once. Commands without a reply fail; wait for the last reply first where that matters.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        Fail(RedisErrorKind.ConnectionLost, "it was closed", null);
        await Task.WhenAll(_writing, _reading).ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask WriteCommandAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> arguments, CancellationToken cancellationToken)
    {
        PipeWriter output = _outgoing.Writer;
        RespWriter.WriteCommandHeader(output, arguments.Length);
        for (int i = 0; i < arguments.Length; i++)
        {
            ReadOnlyMemory<byte> rest = arguments.Span[i];
            RespWriter.WriteArgumentHeader(output, rest.Length);
            while (rest.Length > Piece)
            {
                output.Write(rest.Span[..Piece]);
                rest = rest[Piece..];
                await FlushAsync(output, cancellationToken).ConfigureAwait(false);
            }

            output.Write(rest.Span);
            RespWriter.WriteArgumentEnd(output);
            if (output.UnflushedBytes > Piece)
            {
                await FlushAsync(output, cancellationToken).ConfigureAwait(false);
            }
        }

        await FlushAsync(output, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        FlushResult flushed = await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (flushed.IsCompleted)
        {
            ThrowIfFailed();
        }
    }

    private async Task WaitAsync(SemaphoreSlim semaphore, CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        if (semaphore.Wait(0, CancellationToken.None))
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        try
        {
            await semaphore.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ThrowIfFailed();
            throw;
        }
    }

    private async Task WriteAsync()
    {
        PipeReader input = _outgoing.Reader;
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync(_closed.Token).ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                {
                    await _stream.WriteAsync(segment, _closed.Token).ConfigureAwait(false);
                }

                input.AdvanceTo(read.Buffer.End);
                await _stream.FlushAsync(_closed.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // What the server said last may still lie unread, and tells more: let the reader come to the end by itself, if it does.
            await Task.WhenAny(_reading, Task.Delay(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
            Fail(RedisErrorKind.ConnectionLost, "it broke while commands were sent", exception);
        }
        finally
        {
            await input.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(RespLimits limits)
    {
        PipeReader input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: Piece, leaveOpen: true));
        try
        {
            var replies = new RespReader(input, limits);
            while (await replies.ReadAsync(_closed.Token).ConfigureAwait(false) is { } reply)
            {
                if (reply.Kind == RespKind.Push)
                {
                    continue;
                }

                if (!_awaited.TryDequeue(out TaskCompletionSource<RespValue>? awaited))
                {
                    Fail(RedisErrorKind.Protocol, $"the server said something that was not asked: {reply}", null);
                    return;
                }

                _window.Release();
                awaited.TrySetResult(reply);
            }

            Fail(RedisErrorKind.ConnectionLost, "the server closed it", null);
        }
        catch (RedisException exception)
        {
            Fail(exception.Kind, exception.Message, exception);
        }
        catch (Exception exception)
        {
            Fail(RedisErrorKind.ConnectionLost, "it broke while replies were read", exception);
        }
        finally
        {
            await input.CompleteAsync().ConfigureAwait(false);
        }
    }

    private void Fail(RedisErrorKind kind, string what, Exception? cause)
    {
        int unanswered = _awaited.Count;
        string message = $"The connection to {_endpoint} is of no more use: {what.TrimEnd('.')}."
            + (unanswered > 0 ? $" {unanswered} commands have no reply; the server may have carried them out or not." : string.Empty);
        if (Interlocked.CompareExchange(ref _failure, new RedisException(kind, message, cause), null) is null)
        {
            _closed.Cancel();
        }

        FailAwaitedIfFailed();
    }

    private void FailAwaitedIfFailed()
    {
        if (Volatile.Read(ref _failure) is not { } failure)
        {
            return;
        }

        while (_awaited.TryDequeue(out TaskCompletionSource<RespValue>? awaited))
        {
            awaited.TrySetException(failure);
        }
    }

    private void ThrowIfFailed()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        if (Volatile.Read(ref _failure) is { } failure)
        {
            // A new one for each throw: one exception object thrown by several threads mixes their stack traces.
            throw new RedisException(failure.Kind, failure.Message, failure);
        }
    }
}
