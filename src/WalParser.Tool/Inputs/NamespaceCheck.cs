using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>Finds whether the batches that are read have keys in the namespaces that the user has named.</summary>
internal sealed class NamespaceCheck
{
    private const int MaxNamed = 20;

    private readonly ToolConsole _console;
    private readonly DatabaseBatches _batches;
    private readonly LogNamespaces _found;
    private bool _hasRead;

    private NamespaceCheck(ToolConsole console, DatabaseBatches batches, IReadOnlyCollection<ReadOnlyMemory<byte>> wanted)
    {
        _console = console;
        _batches = batches;
        _found = new LogNamespaces(batches.Keyspace.Families, wanted);
        if (wanted.Count > 0)
        {
            batches.Read += Note;
        }
    }

    /// <summary>Begins a check of the batches that are read from now on.</summary>
    /// <param name="console">The console to report to.</param>
    /// <param name="batches">The batches.</param>
    /// <param name="wanted">The namespaces that the user has named.</param>
    public static NamespaceCheck Begin(
        ToolConsole console, DatabaseBatches batches, IReadOnlyCollection<ReadOnlyMemory<byte>> wanted) => new(console, batches, wanted);

    /// <summary>
    /// Reports the named namespaces that the batches do not have, and returns the exit code. A namespace may have keys only behind the
    /// last batch that was asked for, so that the rest is read for it. Nothing is known if there are no batches, or if they were not read
    /// to their end because the wanted beginning is missing.
    /// </summary>
    public async ValueTask<int> ReportAsync()
    {
        if (!_hasRead || _batches.IsStartMissing)
        {
            return ExitCode.Clean;
        }

        if (_found.Missing.Any())
        {
            await _batches.ReadOnAsync();
        }

        return Report(_console, _found);
    }

    /// <summary>
    /// Reports the wanted namespaces that are missing, with those that were found, and returns the exit code. The default namespace is no
    /// typing error, because every server has it.
    /// </summary>
    public static int Report(ToolConsole console, LogNamespaces found)
    {
        int exitCode = ExitCode.Clean;
        foreach (byte[] ns in found.Missing)
        {
            console.Say($"these logs have no keys in the namespace '{Shown(ns)}'; they have: {NamesOf(found)}");
            exitCode = Math.Max(exitCode, ns.AsSpan().SequenceEqual(Default) ? ExitCode.Clean : ExitCode.Failure);
        }

        return exitCode;
    }

    private static ReadOnlySpan<byte> Default => "__namespace"u8;

    private void Note(WriteBatch batch)
    {
        _hasRead = true;
        _found.Add(batch);
    }

    private static string NamesOf(LogNamespaces found)
    {
        byte[][] names = [.. found.InOrder];
        return names.Length == 0 ? "no keys at all"
            : string.Join(", ", names.Take(MaxNamed).Select(name => name.Length == 0 ? "''" : Shown(name)))
                + (names.Length > MaxNamed ? $" and {ReportText.Grouped(names.Length - MaxNamed)} more" : "");
    }

    private static string Shown(byte[] ns) =>
        ShownText.OfName(ByteText.IsText(ns) ? Encoding.UTF8.GetString(ns) : ByteText.HexPrefix + Convert.ToHexStringLower(ns));
}
