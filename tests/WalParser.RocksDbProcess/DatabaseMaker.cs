using WalParser.RocksDbProcess.Native;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDbProcess;

/// <summary>Creates a database, step by step.</summary>
internal sealed class DatabaseMaker(Request request) : IDisposable
{
    private readonly Dictionary<string, DatabaseTransaction> _transactions = [];
    private Database? _database;

    public Database Database => _database ??= Database.Open(request);

    public void Run()
    {
        foreach (Step step in request.Steps)
        {
            Run(step);
        }
    }

    public void Dispose()
    {
        // A prepared transaction remains prepared in the database after its object is destroyed.
        foreach (DatabaseTransaction transaction in _transactions.Values)
        {
            transaction.Dispose();
        }

        _transactions.Clear();
        _database?.Dispose();
        _database = null;
    }

    private void Run(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Write:
                Write(step);
                break;
            case StepKind.Flush:
                Database.Flush(step.Name!);
                break;
            case StepKind.CreateFamily:
                Database.CreateFamily(step.Name!);
                break;
            case StepKind.DropFamily:
                Database.DropFamily(step.Name!);
                break;
            case StepKind.Begin:
                _transactions[step.Name!] = new DatabaseTransaction(Database, step.Name!, request.UnpreparedThreshold);
                Add(step);
                break;
            case StepKind.Add:
                Add(step);
                break;
            case StepKind.Prepare:
                _transactions[step.Name!].Prepare();
                break;
            case StepKind.Commit:
                _transactions[step.Name!].Commit();
                Forget(step.Name!);
                break;
            case StepKind.RollBack:
                _transactions[step.Name!].RollBack();
                Forget(step.Name!);
                break;
            case StepKind.Reopen:
                Dispose();
                break;
        }
    }

    private void Write(Step step)
    {
        nint options = Api.rocksdb_writeoptions_create();
        if (step.IsOutsideWal)
        {
            Api.rocksdb_writeoptions_disable_WAL(options, 1);
        }

        try
        {
            using var batch = new Batch(Database, step.Operations!);
            Database.Write(options, batch.Handle);
        }
        finally
        {
            Api.rocksdb_writeoptions_destroy(options);
        }
    }

    private void Add(Step step)
    {
        foreach (Operation operation in step.Operations!)
        {
            _transactions[step.Name!].Add(operation);
        }
    }

    private void Forget(string name)
    {
        _transactions.Remove(name, out DatabaseTransaction? transaction);
        transaction?.Dispose();
    }
}
