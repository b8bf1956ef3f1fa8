using System.Reflection;
using WalParser.Framing;
using WalParser.Fuzz.Commands;
using WalParser.Fuzz.Instrumentation;
using WalParser.Kvrocks.Keys;

namespace WalParser.Fuzz;

/// <summary>Runs the program a second time in a separate load context, in which the libraries count the edges that are taken.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (InstrumentedContext.IsCurrent)
        {
            ClassConstructors.Run(typeof(WalReader).Assembly);
            ClassConstructors.Run(typeof(KvrocksVersion).Assembly);
            return await FuzzCommand.RunAsync(args, Console.Out, Console.Error);
        }

        Assembly again = new InstrumentedContext().LoadFuzzer();
        return (int)again.EntryPoint!.Invoke(null, [args])!;
    }
}
