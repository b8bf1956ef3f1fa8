using System.Buffers;
using System.Text;

namespace WalParser.TestSupport.Processes;

/// <summary>
/// The output that a child process has written to one of its pipes. The pipe is read from the start of the process, so that the process
/// never waits for a reader.
/// </summary>
public sealed class ChildOutput
{
    private const int ShownLength = 4000;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private int _taken;
    private bool _isAtEnd;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts to read a pipe.</summary>
    /// <param name="pipe">The pipe.</param>
    public ChildOutput(Stream pipe) => Ended = ReadAsync(pipe);

    /// <summary>Completes when every process that could write to the pipe has closed it.</summary>
    public Task Ended { get; }

    /// <summary>Reads the next line, without its end. Returns null at the end of the output.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_bytes)
            {
                ReadOnlySpan<byte> left = Left();
                int length = left.IndexOf((byte)'\n');
                if (length >= 0 || _isAtEnd)
                {
                    bool isWhole = length >= 0;
                    string? line = isWhole || !left.IsEmpty ? Encoding.UTF8.GetString(isWhole ? left[..length] : left) : null;
                    _taken += isWhole ? length + 1 : left.Length;
                    return line;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the output after the last line that was read.</summary>
    public byte[] ReadRest()
    {
        lock (_bytes)
        {
            byte[] rest = Left().ToArray();
            _taken += rest.Length;
            return rest;
        }
    }

    /// <summary>Returns the last part of the output, for messages.</summary>
    public override string ToString()
    {
        lock (_bytes)
        {
            string text = Encoding.UTF8.GetString(_bytes.WrittenSpan);
            return text.Length <= ShownLength ? text : $"(the last {ShownLength:N0} characters of {text.Length:N0}) {text[^ShownLength..]}";
        }
    }

    private ReadOnlySpan<byte> Left() => _bytes.WrittenSpan[_taken..];

    private async Task ReadAsync(Stream pipe)
    {
        byte[] buffer = new byte[1 << 14];
        int length;
        do
        {
            length = await pipe.ReadAsync(buffer).ConfigureAwait(false);
            TaskCompletionSource changed;
            lock (_bytes)
            {
                _bytes.Write(buffer.AsSpan(0, length));
                _isAtEnd = length == 0;
                changed = _changed;
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            changed.SetResult();
        }
        while (length > 0);
    }
}
