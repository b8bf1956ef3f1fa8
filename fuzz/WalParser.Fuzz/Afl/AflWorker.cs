using WalParser.Fuzz.Engine;

namespace WalParser.Fuzz.Afl;

/// <summary>
/// The process that runs the inputs for a <see cref="ForkServer"/>: for each byte on standard input it runs the file, counts in AFL's shared memory,
/// and answers with a byte: 0, or 1 if something is wrong.
/// </summary>
internal static class AflWorker
{
    public static int Run(Executor executor, string file)
    {
        using Stream requests = Console.OpenStandardInput();
        using Stream answers = Console.OpenStandardOutput();
        executor.Run([]); // What is made once is made here, and is not counted.
        SharedMap.TryAttach(); // Without it AFL says itself that nothing is counted.

        while (requests.ReadByte() >= 0)
        {
            byte[] input = File.ReadAllBytes(file);
            Exception? failure = executor.Run(input);
            if (failure is not null)
            {
                Console.Error.WriteLine(failure);
            }

            answers.WriteByte(failure is null ? (byte)0 : (byte)1);
            answers.Flush();
        }

        return 0;
    }
}
