namespace WalParser.Fuzz.Tests;

/// <summary>
/// Code with a bug after a chain of bytes, each of which is compared only if the previous bytes are correct; also endless loops, and a
/// class with a slow class constructor.
/// </summary>
internal static class Toy
{
    /// <summary>
    /// Each <c>if</c> has one condition. Without optimization, the compiler merges the outcomes of a condition with <c>&amp;&amp;</c>
    /// into one block, and the code after it takes the same edges for all of them. With single conditions, the same inputs take new edges
    /// in every configuration.
    /// </summary>
    public static void Run(byte[] input)
    {
        if (input.Length > 5)
        {
            if (input[0] == 0x13)
            {
                if (input[1] == 0x57)
                {
                    if (input[2] == 0x9B)
                    {
                        if (input[3] == 0xDF)
                        {
                            throw new InvalidOperationException("planted");
                        }
                    }
                }
            }
        }
    }

    public static void Hang(byte[] input)
    {
        while (input.Length > 0 && input[0] != 0)
        {
            input[0] |= 1;
        }
    }

    public static void HangElsewhere(byte[] input)
    {
        uint turns = 0;
        while (input.Length > 0 && input[0] != 0)
        {
            turns = TurnOf(turns);
        }
    }

    public static void Count(byte[] input)
    {
        for (int i = 0; i < input.Length * 256; i++)
        {
            input[0] ^= (byte)i;
        }
    }

    /// <summary>Uses a type whose class constructor takes more steps than any execution may.</summary>
    public static void UseSlow(byte[] input) => input.AsSpan().Fill(Slow.Table[^1]);

    private static uint TurnOf(uint turns) => turns % 3 == 0 ? Next(turns) : turns + 1;

    private static uint Next(uint turns)
    {
        for (int i = 0; i < 5; i++)
        {
            turns++;
        }

        return turns;
    }

    private static class Slow
    {
        public static readonly byte[] Table = Make();

        private static byte[] Make()
        {
            byte[] table = new byte[1_000_000];
            for (int i = 0; i < table.Length; i++)
            {
                table[i] = (byte)i;
            }

            return table;
        }
    }
}
