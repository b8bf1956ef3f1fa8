using WalParser.Tool.Inputs;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>The transactions of each database: one may be prepared in one log and committed in another.</summary>
internal sealed class FolderTransactions
{
    private readonly Dictionary<string, TransactionAssembler> _byFolder = [];

    /// <summary>All databases', in the order in which they were first asked for.</summary>
    public IReadOnlyCollection<TransactionAssembler> All => _byFolder.Values;

    /// <summary>What puts together those of a log's database; the log is read from now on.</summary>
    /// <param name="input">The log.</param>
    /// <param name="name">What it is called in transactions' places.</param>
    public TransactionAssembler BeginFile(WalInput input, string name)
    {
        if (!_byFolder.TryGetValue(input.Folder, out TransactionAssembler? assembler))
        {
            _byFolder[input.Folder] = assembler = new TransactionAssembler();
        }

        assembler.File = name;
        return assembler;
    }
}
