using BenchmarkDotNet.Running;
using WalParser.Benchmarks;

switch (args)
{
    case ["throughput"]:
        return await Throughput.RunAsync(megabytes: 512, rounds: 7);

    case ["throughput", var megabytes] when int.TryParse(megabytes, out int size) && size > 0:
        return await Throughput.RunAsync(size, rounds: 7);

    case ["zstd"]:
        return await ZstdThroughput.RunAsync(megabytes: 256);

    case ["zstd", var megabytes] when int.TryParse(megabytes, out int size) && size > 0:
        return await ZstdThroughput.RunAsync(size);

    case ["blocks"]:
        return BlockThroughput.Run(megabytes: 256);

    case ["blocks", var megabytes] when int.TryParse(megabytes, out int size) && size > 0:
        return BlockThroughput.Run(size);

    case ["kernels", .. var rest]:
        BenchmarkSwitcher.FromAssembly(typeof(Throughput).Assembly).Run(rest.Length == 0 ? ["--filter", "*"] : rest);
        return 0;

    default:
        Console.Error.WriteLine(
            "usage: throughput [MEGABYTES] (512)   |   zstd [MEGABYTES] (256)   |   blocks [MEGABYTES] (256)   |   kernels "
                + "[BenchmarkDotNet's arguments]");
        return 2;
}
