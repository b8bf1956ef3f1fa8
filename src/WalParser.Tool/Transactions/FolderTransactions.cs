using WalParser.Tool.Inputs;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>The transactions of each database. A transaction may be prepared in one WAL and committed in another.</summary>
internal sealed class FolderTransactions
{
    private readonly Dictionary<string, TransactionAssembler> _byFolder = [];

    /// <inheritdoc cref="TransactionAssembler.ReturnsRestoredValues"/>
    public bool ReturnsRestoredValues { get; init; }

    /// <inheritdoc cref="TransactionAssemblerOptions.KeepsOperations"/>
    public bool KeepsOperations { get; init; }

    /// <summary>The assemblers of all databases, in the order in which their WALs were begun.</summary>
    public IReadOnlyCollection<TransactionAssembler> All => _byFolder.Values;

    /// <summary>Begins a WAL and returns the assembler of its database.</summary>
    /// <param name="input">The WAL.</param>
    /// <param name="name">The name of the WAL in the places of transactions.</param>
    public TransactionAssembler BeginFile(WalInput input, string name)
    {
        if (!_byFolder.TryGetValue(input.Folder, out TransactionAssembler? assembler))
        {
            var assemblerOptions = new TransactionAssemblerOptions { KeepsOperations = KeepsOperations };
            assembler = new TransactionAssembler(assemblerOptions) { ReturnsRestoredValues = ReturnsRestoredValues };
            _byFolder[input.Folder] = assembler;
        }

        assembler.File = name;
        return assembler;
    }
}
