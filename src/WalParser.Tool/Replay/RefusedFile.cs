using System.Globalization;
using System.Text.Json;
using WalParser.Kvrocks.Replay;
using WalParser.Tool.Output;

namespace WalParser.Tool.Replay;

/// <summary>
/// The list of what a server refused, one JSON object per line, which <c>replay --only</c> reads. It is created by the first refusal, and
/// never over another file: if the name is taken, a number is added to it.
/// </summary>
internal sealed class RefusedFile(string path, ToolConsole console) : IDisposable
{
    public const string DefaultPath = "walparser-refused.jsonl";

    private const int MaxNumber = 10_000;

    private FileStream? _file;
    private ByteWriter? _output;
    private JsonLines? _lines;

    /// <summary>The path of the file; null if there is none.</summary>
    public string? Path => _file?.Name is { } full ? System.IO.Path.GetRelativePath(Environment.CurrentDirectory, full) : null;

    /// <summary>Whether the list could not be written. That was reported.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The number of commands that were not executed because of another one.</summary>
    public long ConsequenceCount { get; private set; }

    /// <summary>Adds a refusal.</summary>
    public void Add(ReplayRefusal refusal)
    {
        ConsequenceCount += refusal.IsConsequence ? 1 : 0;
        if (refusal.IsFrame)
        {
            return;
        }

        string kind = refusal.IsUnconfirmed ? RefusedLine.Unconfirmed : RefusedLine.Refused;
        IReadOnlyList<ReadOnlyMemory<byte>>? keys = RefusedCommand.KeysOf(refusal.Command);
        bool isOfAll = refusal.Command.Name == "FLUSHALL";
        foreach (ReadOnlyMemory<byte>? key in keys is { Count: > 0 } ? keys.Select(key => (ReadOnlyMemory<byte>?)key) : [null])
        {
            Write((json, _) =>
            {
                json.WriteString("kind", kind);
                json.WriteNumber("sequence", refusal.Command.Sequence);
                if (!isOfAll && keys?.Count != 0)
                {
                    json.WriteBytes("namespace", refusal.Command.Namespace.Span);
                }

                if (key is { } name)
                {
                    json.WriteBytes("key", name.Span);
                }

                if (!refusal.IsUnconfirmed)
                {
                    json.WriteString("command", refusal.Command.Name);
                }

                json.WriteString("message", refusal.Message);
            });
        }
    }

    /// <summary>Ends the list. It then contains everything that keeps the two numbers of the checkpoint apart.</summary>
    public void End(ReplayResult result)
    {
        if (_file is not null && result.UnansweredFrom is null)
        {
            Write((json, _) =>
            {
                json.WriteString("kind", RefusedLine.End);
                json.WriteNumber("confirmed", result.LastSequence);
                json.WriteNumber("executed", result.ExecutedSequence);
            });
        }

        Attempt(() => _output?.Flush());
    }

    public void Dispose() => Attempt(() => _file?.Dispose());

    private void Write(Action<Utf8JsonWriter, int> write) => Attempt(() =>
    {
        if (_lines is null)
        {
            _file = Create();
            _output = new ByteWriter(_file);
            _lines = new JsonLines(_output);
        }

        _lines.Write(0, write);
    });

    private FileStream Create()
    {
        string folder = System.IO.Path.GetDirectoryName(path) ?? "";
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        string extension = System.IO.Path.GetExtension(path);
        for (int number = 0; ; number++)
        {
            string suffix = number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{number}");
            string one = System.IO.Path.Combine(folder, name + suffix + extension);
            try
            {
                return new FileStream(one, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            }
            catch (IOException) when (number < MaxNumber && (File.Exists(one) || Directory.Exists(one)))
            {
                // The name is taken.
            }
        }
    }

    private void Attempt(Action write)
    {
        if (HasFailed)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            HasFailed = true;
            console.Say($"the list of what was refused cannot be written to {path}: {e.Message} Name another file by --refused.");
        }
    }
}
