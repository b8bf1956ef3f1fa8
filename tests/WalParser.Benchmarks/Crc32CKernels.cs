using BenchmarkDotNet.Attributes;
using WalParser.Checksums;

namespace WalParser.Benchmarks;

/// <summary>The ways to a CRC-32C, over the lengths that fragments have.</summary>
public class Crc32CKernels
{
    private byte[] _data = [];

    [Params(40, 200, 1000, 32000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _data = new byte[Length];
        new Random(1).NextBytes(_data);
    }

    [Benchmark(Baseline = true)]
    public uint ThreeWay() => Crc32CThreeWay.Update(~0u, _data);

    [Benchmark]
    public uint Folding() => Crc32CFolding.Update(~0u, _data);

    [Benchmark]
    public uint Portable() => Crc32CPortable.Update(~0u, _data);
}
