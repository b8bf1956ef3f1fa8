using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipelines;

namespace WalParser.Kvrocks.Resp;

/// <summary>
/// A connection that sends commands without waiting for the replies to earlier commands. Writing and reading run independently of each
/// other and of the caller, so that client and server cannot block each other when both have full buffers. Replies arrive in the order of
/// the commands; an error reply is the reply to its command, and the connection continues. After the connection is lost, every command
/// without a reply and every later command fails with the same <see cref="RedisException"/>. Thread-safe.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    // The largest piece of a command that is passed to the socket, and the number of bytes that may wait to be sent.
    private const int Piece = 1 << 16;
    private const int MaxUnsent = 1 << 20;

    private readonly RedisEndpoint _endpoint;
    private readonly Stream _stream;
    private readonly Pipe _outgoing = new(new PipeOptions(
        pauseWriterThreshold: MaxUnsent,
        resumeWriterThreshold: MaxUnsent / 2,
        minimumSegmentSize: Piece,
        useSynchronizationContext: false));

    private readonly ConcurrentQueue<TaskCompletionSource<RespValue>> _awaited = new();
    private readonly SemaphoreSlim _window;
    private readonly SemaphoreSlim _sender = new(1, 1);
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _writing;
    private readonly Task _reading;
    private readonly Task _watching;
    private long _lastProgress = Stopwatch.GetTimestamp();
    private RedisException? _failure;
    private int _isDisposed;

    /// <summary>Creates a connection over an open stream. The connection owns the stream.</summary>
    internal RedisConnection(RedisEndpoint endpoint, Stream stream, RedisConnectionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1);
        _endpoint = endpoint;
        _stream = stream;
        _window = new SemaphoreSlim(options.Window, options.Window);
        _reading = Task.Run(() => ReadAsync(options.Limits));
        _writing = Task.Run(WriteAsync);
        _watching = Task.Run(() => WatchAsync(options.ReplyTimeout));
    }

    /// <summary>Connects, authenticates, selects the database, and checks that the server answers.</summary>
    /// <exception cref="RedisException">The server cannot be reached or refuses to serve. The message contains advice.</exception>
    public static Task<RedisConnection> ConnectAsync(
        RedisEndpoint endpoint, RedisConnectionOptions? options = null, CancellationToken cancellationToken = default) =>
        RedisHandshake.ConnectAsync(endpoint, options ?? RedisConnectionOptions.Default, cancellationToken);

    /// <summary>
    /// Sends a command whose name is the first argument. The outer task waits while the window is full, and completes when the command is
    /// in the buffer of the connection; the caller may then reuse the memory of the arguments. The inner task completes with the reply.
    /// </summary>
    /// <exception cref="RedisException">The connection is lost.</exception>
    /// <exception cref="OperationCanceledException">
    /// The operation was cancelled. If the command was waiting, nothing was sent; if it was sent in part, the connection is closed.
    /// </exception>
    public async ValueTask<Task<RespValue>> SendAsync(
        ReadOnlyMemory<ReadOnlyMemory<byte>> arguments, CancellationToken cancellationToken = default)
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

        // The command enters the queue before its bytes can be sent, so that its reply always finds it there. If the connection fails in
        // between, either ThrowIfFailed or FailAwaitedIfFailed detects it.
        var reply = new TaskCompletionSource<RespValue>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_awaited.IsEmpty)
        {
            NoteProgress();
        }

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

    /// <summary>Sends a command and waits for its reply. Cancelling the wait does not affect the connection.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<RespValue> ExecuteAsync(
        ReadOnlyMemory<ReadOnlyMemory<byte>> arguments, CancellationToken cancellationToken = default)
    {
        Task<RespValue> reply = await SendAsync(arguments, cancellationToken).ConfigureAwait(false);
        return await reply.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the connection, so that every command without a reply fails. May be called at any time.</summary>
    public void Abort() => Fail(RedisErrorKind.ConnectionLost, "the wait for replies was interrupted", null);

    /// <summary>Closes the connection immediately. Commands without a reply fail; to avoid that, wait for the last reply first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        Fail(RedisErrorKind.ConnectionLost, "it was closed", null);
        await Task.WhenAll(_writing, _reading, _watching).ConfigureAwait(false);
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
                    NoteProgress();
                }

                input.AdvanceTo(read.Buffer.End);
                await _stream.FlushAsync(_closed.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // The last reply of the server may not have been read yet and may explain the failure, so the reader gets time to reach the
            // end.
            await Task.WhenAny(_reading, Task.Delay(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
            Fail(RedisErrorKind.ConnectionLost, "it failed while commands were being sent", exception);
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
                if (!_awaited.TryDequeue(out TaskCompletionSource<RespValue>? awaited))
                {
                    Fail(RedisErrorKind.Protocol, $"the server sent a reply without a command: {reply}", null);
                    return;
                }

                NoteProgress();
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
            Fail(RedisErrorKind.ConnectionLost, "it failed while replies were being read", exception);
        }
        finally
        {
            await input.CompleteAsync().ConfigureAwait(false);
        }
    }

    private void NoteProgress() => Volatile.Write(ref _lastProgress, Stopwatch.GetTimestamp());

    /// <summary>Closes the connection when the server has been silent for too long. A server that only takes time is not silent.</summary>
    private async Task WatchAsync(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
        {
            return;
        }

        TimeSpan interval = TimeSpan.FromMilliseconds(Math.Clamp(timeout.TotalMilliseconds / 4, 1, 1000));
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_closed.Token).ConfigureAwait(false))
            {
                if (!_awaited.IsEmpty && Stopwatch.GetElapsedTime(Volatile.Read(ref _lastProgress)) > timeout)
                {
                    Fail(RedisErrorKind.ConnectionLost, $"no reply arrived for {timeout.TotalSeconds:0.###} s", null);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is closed.
        }
    }

    private void Fail(RedisErrorKind kind, string what, Exception? cause)
    {
        int unanswered = _awaited.Count;
        string message = $"The connection to {_endpoint} can no longer be used: {what.TrimEnd('.')}."
            + (unanswered > 0 ? $" The commands without a reply ({unanswered}) may or may not have been executed." : string.Empty);
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
            // Each throw uses a new exception, because an exception that several threads throw would mix their stack traces.
            throw new RedisException(failure.Kind, failure.Message, failure);
        }
    }
}
