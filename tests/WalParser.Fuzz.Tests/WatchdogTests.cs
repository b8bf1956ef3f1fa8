using WalParser.Fuzz.Engine;
using WalParser.Fuzz.Instrumentation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Tests;

/// <summary>Executions that hang in code that is not instrumented.</summary>
[Collection(nameof(EdgeMap))]
public class WatchdogTests
{
    [Fact]
    public async Task The_watchdog_receives_only_the_input_that_hangs()
    {
        List<byte[]> hung = [];
        using var target = new StuckTarget();
        using var watchdog = new Watchdog(TimeSpan.FromSeconds(0.1), input =>
        {
            hung.Add(input);
            target.Free();
        });
        var executor = new Executor(target, watchdog);
        await Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                Assert.Null(executor.Run([0]));
            }

            Assert.Null(executor.Run([1, 2]));
        });
        Assert.Equal([1, 2], Assert.Single(hung));
    }

    private sealed class StuckTarget : FuzzTarget, IDisposable
    {
        private readonly ManualResetEventSlim _free = new();

        public override string Name => "stuck";

        public override string Description => "waits for an event that never occurs";

        public void Free() => _free.Set();

        public void Dispose() => _free.Dispose();

        public override void Run(byte[] input)
        {
            if (input.Length > 1)
            {
                _free.Wait(TimeSpan.FromSeconds(60));
            }
        }
    }
}
