namespace WalParser.Fuzz.Tests;

/// <summary>Code with a planted bug behind a chain of bytes, each of which must be right before the next is looked at; and a loop that may not end.</summary>
internal static class Toy
{
    public static void Run(byte[] input)
    {
        if (input.Length > 5 && input[0] == 0x13)
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

    public static void Hang(byte[] input)
    {
        while (input.Length > 0 && input[0] != 0)
        {
            input[0] |= 1;
        }
    }
}
