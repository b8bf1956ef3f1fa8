using System.Text;
using WalParser.Batches;
using WalParser.Tests.Fixtures;
using WalParser.Transactions;

namespace WalParser.Tests.Transactions;

/// <summary>Collects everything that an assembler reports about a series of batches, as lines.</summary>
internal sealed class Assembled(TransactionAssemblerOptions? options = null)
{
    private readonly TransactionAssembler _assembler = new(options);

    /// <summary>The operations that took effect: sequence number, transaction or -, and operation.</summary>
    public List<string> Operations { get; } = [];

    /// <summary>The transactions in the order in which they ended; after <see cref="Finish"/>, also those that did not end.</summary>
    public List<string> Transactions { get; } = [];

    /// <summary>The kinds of the problems.</summary>
    public List<string> Findings { get; } = [];

    public TransactionAssembler Assembler => _assembler;

    public void BeginFile(string file) => _assembler.File = file;

    public void Process(WriteBatch batch, long offset = 0)
    {
        foreach (CommittedOperation committed in _assembler.Process(ref batch, offset))
        {
            string xid = committed.Transaction is { } transaction ? Encoding.UTF8.GetString(transaction.Xid.Span) : "-";
            Operations.Add($"{committed.Operation.Sequence} {xid} {OperationLine.Of(committed.Operation)}");
        }

        CollectFindings();
    }

    public void CollectFindings()
    {
        Transactions.AddRange(_assembler.Ended.Select(LineOf));
        Findings.AddRange(_assembler.Findings.Select(problem => problem.Kind.ToString()));
    }

    public void Finish() => Transactions.AddRange(_assembler.ListPrepared().Select(LineOf));

    public static string LineOf(Transaction transaction) => LineOf(
        Encoding.UTF8.GetString(transaction.Xid.Span),
        transaction.Policy,
        transaction.Outcome,
        transaction.Sections,
        transaction.Operations,
        transaction.FirstSequence,
        transaction.CommitSequence,
        transaction.Begin?.Offset,
        transaction.End?.Offset);

    /// <summary>Returns the line of a transaction. Models use this method too.</summary>
    public static string LineOf(
        string xid,
        TransactionPolicy? policy,
        TransactionOutcome outcome,
        int sections,
        long operations,
        ulong? firstSequence,
        ulong? commitSequence,
        long? begin,
        long? end) =>
        $"{xid} {policy} {outcome}: {sections} sections, {operations} operations, "
        + $"first {firstSequence}, commit {commitSequence}, from {begin} to {end}";
}
