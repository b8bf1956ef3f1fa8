using WalParser.Fuzz.Engine;

namespace WalParser.Fuzz.Afl;

/// <summary>
/// The process that runs the inputs for a <see cref="ForkServer"/>. For each byte on standard input it runs the file, counts edges in AFL's
/// shared memory, and writes one byte to standard output: 0, or 1 if the input is a finding.
/// </summary>
internal static class AflWorker
{
    public static int Run(Executor executor, string file)
    {
        using Stream requests = Console.OpenStandardInput();
        using Stream answers = Console.OpenStandardOutput();
        executor.Run([]); // Initializes everything that is created only once, so that it is not counted.
        SharedMap.TryAttach(); // If this fails, AFL itself reports that nothing is counted.

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
