using BenchmarkDotNet.Attributes;
using WalParser.Checksums;

namespace WalParser.Benchmarks;

/// <summary>
/// The implementations of CRC-32C, for typical lengths of fragments. The baseline is the implementation that is used on this processor.
/// </summary>
public class Crc32CKernels
{
    private byte[] _data = [];

    [Params(16, 40, 200, 1000, 32000)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _data = new byte[Length];
        new Random(1).NextBytes(_data);
        uint ours = Used();
        if (ours != SystemIOHashing() || ours != ~Portable())
        {
            throw new InvalidOperationException("The implementations give different checksums.");
        }
    }

    [Benchmark(Baseline = true)]
    public uint Used() => Crc32C.Compute(_data);

    [Benchmark]
    public uint ThreeWay() => Crc32CThreeWay.Update(~0u, _data);

    [Benchmark]
    public uint Folding() => Crc32CFolding.Update(~0u, _data);

    [Benchmark]
    public uint Portable() => Crc32CPortable.Update(~0u, _data);

    /// <summary>The implementation of the package System.IO.Hashing, for comparison with <see cref="Crc32C"/>.</summary>
    [Benchmark]
    public uint SystemIOHashing() => System.IO.Hashing.Crc32.HashToUInt32(System.IO.Hashing.Crc32ParameterSet.Crc32C, _data);
}
