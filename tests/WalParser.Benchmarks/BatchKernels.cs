using BenchmarkDotNet.Attributes;
using WalParser.Batches;
using WalParser.TestSupport.Logs;

namespace WalParser.Benchmarks;

/// <summary>The iteration over the operations of one batch.</summary>
[MemoryDiagnoser]
public class BatchKernels
{
    private byte[] _batch = [];

    [Params(1, 8, 64)]
    public int Puts { get; set; }

    [GlobalSetup]
    public void Build()
    {
        var batch = new BatchBuilder();
        for (int i = 0; i < Puts; i++)
        {
            batch.Put(new byte[16], new byte[200]);
        }

        _batch = batch.Build(1).ToArray();
    }

    [Benchmark]
    public long Enumerate()
    {
        long bytes = 0;
        foreach (WriteBatchOperation operation in new WriteBatch(_batch))
        {
            bytes += operation.Key.Length + operation.Value.Length;
        }

        return bytes;
    }
}
