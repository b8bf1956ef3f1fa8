using BenchmarkDotNet.Attributes;
using WalParser.Checksums;

namespace WalParser.Benchmarks;

/// <summary>The ways to a CRC-32C, over the lengths that fragments have. The baseline is the one that is used on this processor.</summary>
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
            throw new InvalidOperationException("The ways do not come to the same checksum.");
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

    /// <summary>The package System.IO.Hashing, which <see cref="Crc32C"/> is compared with.</summary>
    [Benchmark]
    public uint SystemIOHashing() => System.IO.Hashing.Crc32.HashToUInt32(System.IO.Hashing.Crc32ParameterSet.Crc32C, _data);
}
