using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using SharpFuzz.Common;
using WalParser.Fuzz.Commands;
using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.UnderSharpFuzz;

/// <summary>
/// Runs one target of the fuzzer: for afl-fuzz or libFuzzer if one of them started the program, and otherwise once, with the input on
/// standard input.
/// </summary>
internal static class Program
{
    private const string AflVariable = "__AFL_SHM_ID";
    private const string LibFuzzerVariable = "__LIBFUZZER_SHM_ID";

    private static unsafe int Main(string[] args)
    {
        // SharpFuzz sets this when it runs an input. Instrumented code that runs earlier, in the constructors of the targets, would
        // write to address 0.
        Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(EdgeMap.Size);
        if (args is not [string name] || TargetList.Create(name) is not { } target)
        {
            Console.Error.WriteLine("Usage: WalParser.SharpFuzz TARGET, and the input on standard input. TARGET is one of:");
            foreach (FuzzTarget known in TargetList.Create())
            {
                Console.Error.WriteLine(known.Name);
            }

            return FuzzCommand.Failure;
        }

        // The limit on steps has no effect here, because only our own instrumentation counts steps. The limit on allocation has.
        var executor = new Executor(target);
        if (Environment.GetEnvironmentVariable(LibFuzzerVariable) is not null)
        {
            global::SharpFuzz.Fuzzer.LibFuzzer.Run(input => Run(executor, input.ToArray())?.Throw());
            return FuzzCommand.Clean;
        }

        if (Environment.GetEnvironmentVariable(AflVariable) is not null)
        {
            // In a separate process, which afl-fuzz can end when an input takes too long.
            global::SharpFuzz.Fuzzer.OutOfProcess.Run(input => Run(executor, ReadAll(input))?.Throw());
            return FuzzCommand.Clean;
        }

        using Stream input = Console.OpenStandardInput();
        if (Run(executor, ReadAll(input)) is { } failure)
        {
            Console.Error.WriteLine(failure.SourceException);
            return FuzzCommand.Found;
        }

        return FuzzCommand.Clean;
    }

    /// <summary>Runs an input, unless it is larger than the target accepts. Returns the failure, or null.</summary>
    private static ExceptionDispatchInfo? Run(Executor executor, byte[] input) =>
        input.Length <= executor.Target.MaxInputSize && executor.Run(input) is { } failure ? ExceptionDispatchInfo.Capture(failure) : null;

    private static byte[] ReadAll(Stream input)
    {
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        return bytes.ToArray();
    }
}
