using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Transactions;

namespace WalParser.Tests.Transactions;

/// <summary>Random histories with every order of markers, merged or not, under each policy.</summary>
public class HistoryTests
{
    private enum StepKind
    {
        Write,
        Prepare,
        Unprepare,
        Commit,
        RollBack,
    }

    private sealed record Step(StepKind Kind, string Xid, string Keys, bool EndsRecord);

    [Theory]
    [InlineData(TransactionPolicy.WriteCommitted)]
    [InlineData(TransactionPolicy.WritePrepared)]
    [InlineData(TransactionPolicy.WriteUnprepared)]
    public void Committed_operations_equal_those_of_the_database(TransactionPolicy policy) =>
        Prop.ForAll(Steps(policy).ToArbitrary(), steps =>
        {
            History history = Play(policy, steps);
            var assembled = new Assembled();
            var tracker = new SequenceTracker();
            ulong? expected = 1;
            for (int i = 0; i < history.Records.Count; i++)
            {
                var batch = new WriteBatch(history.Records[i]);
                Assert.Equal(expected ?? batch.Sequence, batch.Sequence);
                expected = tracker.Process(ref batch).Next;
                assembled.Process(new WriteBatch(history.Records[i]), i);
            }

            assembled.Finish();
            Assert.Equal(history.Operations, assembled.Operations);
            Assert.Equal(history.Transactions, assembled.Transactions);
            Assert.Equal(history.Findings, assembled.Findings);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    /// <summary>The assembler processes the rest of a batch even if the caller ends the enumeration early.</summary>
    [Theory]
    [InlineData(TransactionPolicy.WriteCommitted)]
    [InlineData(TransactionPolicy.WritePrepared)]
    [InlineData(TransactionPolicy.WriteUnprepared)]
    public void An_enumeration_that_ends_early_misses_only_operations(TransactionPolicy policy) =>
        Prop.ForAll(Steps(policy).ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(), (steps, wanted) =>
        {
            History history = Play(policy, steps);
            var assembled = new Assembled();
            for (int i = 0; i < history.Records.Count; i++)
            {
                var batch = new WriteBatch(history.Records[i]);
                if (wanted == 0)
                {
                    assembled.Assembler.Add(ref batch, i);
                }
                else
                {
                    int seen = 0;
                    foreach (CommittedOperation committed in assembled.Assembler.Process(ref batch, i))
                    {
                        Assert.True(committed.Operation.HasKey);
                        if (++seen == wanted)
                        {
                            break;
                        }
                    }
                }

                Assert.Null(batch.Finding);
                assembled.CollectFindings();
            }

            assembled.Finish();
            Assert.Equal(history.Transactions, assembled.Transactions);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    /// <summary>Arbitrary bytes cause no exception and no more memory than the limit.</summary>
    [Theory]
    [InlineData(TransactionPolicy.WriteCommitted)]
    [InlineData(TransactionPolicy.WriteUnprepared)]
    public void Damaged_batches_are_processed_within_the_memory_limit(TransactionPolicy policy) =>
        Prop.ForAll(Steps(policy).ToArbitrary(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (steps, seed) =>
        {
            var random = new Random(seed);
            int limit = random.Next(3000);
            var assembled = new Assembled(new TransactionAssemblerOptions { MaxPreparedBytes = limit });
            foreach (byte[] record in Play(policy, steps).Records)
            {
                for (int i = random.Next(4); i > 0 && record.Length > WriteBatch.HeaderSize; i--)
                {
                    record[random.Next(WriteBatch.HeaderSize, record.Length)] = (byte)random.Next(26);
                }

                assembled.Process(new WriteBatch(record));
                Assert.InRange(assembled.Assembler.KeptBytes, 0, limit);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    private static History Play(TransactionPolicy policy, Step[] steps)
    {
        var history = new History(policy);

        // The first batch shows the policy. Without it, the first rollback could not be distinguished from plain operations.
        history.Prepare("first", "a");
        history.EndRecord();
        foreach (Step step in steps)
        {
            switch (step.Kind)
            {
                case StepKind.Write:
                    history.Write(step.Keys);
                    break;
                case StepKind.Prepare:
                    history.Prepare(step.Xid, step.Keys);
                    break;
                case StepKind.Unprepare:
                    history.Prepare(step.Xid, step.Keys, isLast: policy != TransactionPolicy.WriteUnprepared);
                    break;
                case StepKind.Commit:
                    history.Commit(step.Xid, step.Keys);
                    break;
                case StepKind.RollBack:
                    history.RollBack(step.Xid, step.Keys);
                    break;
            }

            if (step.EndsRecord)
            {
                history.EndRecord();
            }
        }

        history.EndRecord();
        history.Finish();
        return history;
    }

    private static Gen<Step[]> Steps(TransactionPolicy policy) =>
        (from kind in Gen.Elements(Enum.GetValues<StepKind>())
         from xid in Gen.Elements("first", "x", "y", "")
         from keys in Gen.Elements("abcd".ToCharArray()).ListOf().Resize(5)
         from endsRecord in Gen.Elements(true, true, false)
         select new Step(
             kind,
             xid,
             string.Concat(kind == StepKind.Commit && policy != TransactionPolicy.WriteCommitted ? keys.Take(2) : keys),
             endsRecord))
        .ArrayOf().Resize(40);
}
