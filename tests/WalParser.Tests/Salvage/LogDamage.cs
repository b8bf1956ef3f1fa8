using FsCheck;
using FsCheck.Fluent;

namespace WalParser.Tests.Salvage;

/// <summary>Damage to logs.</summary>
internal static class LogDamage
{
    /// <summary>A stretch of bytes that is overwritten with one value.</summary>
    public sealed record Change(int At, byte Value, int Length);

    /// <summary>Bytes set, stretches overwritten; a length of −1 cuts the log off.</summary>
    public static Gen<Change[]> ChangesOf(int length) =>
        (from at in Gen.Choose(0, length - 1)
         from value in Gen.Choose(0, 255)
         from run in Gen.Frequency((8, Gen.Constant(1)), (2, Gen.Choose(2, 100)), (1, Gen.Choose(100, 3000)), (1, Gen.Constant(-1)))
         select new Change(at, (byte)value, run)).ArrayOf().Resize(6);

    public static byte[] Apply(byte[] log, int live, Change[] changes, out int cut)
    {
        byte[] damaged = [.. log];
        cut = log.Length;
        foreach (Change change in changes)
        {
            if (change.Length < 0)
            {
                cut = Math.Min(cut, change.At);
            }
            else
            {
                damaged.AsSpan(change.At, Math.Min(change.Length, live - change.At)).Fill(change.Value);
            }
        }

        return damaged[..cut];
    }
}
