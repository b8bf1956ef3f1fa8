using FsCheck;
using FsCheck.Fluent;
using WalParser.Fuzz.Mutation;

namespace WalParser.Fuzz.Tests;

/// <summary>Damage to the bytes of a log, as by a disk, a bug or an attacker.</summary>
/// <param name="Kind">The kind of damage.</param>
/// <param name="At">The place, as a fraction of the length that the log has after the earlier damage.</param>
/// <param name="Length">The number of affected bytes.</param>
/// <param name="Seed">The seed of all other random choices.</param>
internal sealed record Damage(DamageKind Kind, double At, int Length, int Seed)
{
    private static readonly LogMutator Structure = new(new BatchMutator());

    /// <summary>
    /// Generates up to five instances of damage of any kind. A counterexample is made smaller by leaving out some of them.
    /// </summary>
    public static Arbitrary<Damage[]> Any { get; } = Some(Enum.GetValues<DamageKind>());

    /// <summary>Generates up to five instances of damage of the given kinds.</summary>
    public static Arbitrary<Damage[]> Some(params DamageKind[] kinds) => Arb.From(
        (from kind in Gen.Elements(kinds)
         from at in Gen.Choose(0, 1_000_000)
         from length in Gen.Frequency((6, Gen.Choose(1, 8)), (2, Gen.Choose(9, 300)), (1, Gen.Choose(301, 70_000)))
         from seed in Gen.Choose(1, int.MaxValue)
         select new Damage(kind, at / 1_000_000.0, length, seed)).ArrayOf().Resize(5),
        all => all.Select((_, left) => all.Where((_, other) => other != left).ToArray()));

    /// <summary>Applies all damage to a log.</summary>
    public static byte[] Apply(byte[] log, IEnumerable<Damage> all)
    {
        byte[] damaged = [.. log];
        foreach (Damage damage in all)
        {
            damaged = damage.Apply(damaged, log);
        }

        return damaged;
    }

    private byte[] Apply(byte[] log, byte[] other)
    {
        var random = new Random(Seed);
        int at = (int)(At * log.Length);
        int length = Math.Min(Length, log.Length - at);
        Span<byte> stretch = log.AsSpan(at, length);
        switch (Kind)
        {
            case DamageKind.Noise:
                foreach (ref byte value in stretch)
                {
                    value = (byte)random.Next(1, 256);
                }

                return log;

            case DamageKind.Fill:
                stretch.Fill((byte)Seed);
                return log;

            case DamageKind.Bit when length > 0:
                stretch[0] ^= (byte)(1 << random.Next(8));
                return log;

            case DamageKind.Cut:
                return log[..at];

            case DamageKind.Insert:
                byte[] inserted = new byte[Length];
                random.NextBytes(inserted);
                return [.. log[..at], .. inserted, .. log[at..]];

            case DamageKind.Remove:
                return [.. log[..at], .. log[(at + length)..]];

            case DamageKind.Repeat:
                return [.. log[..(at + length)], .. log[at..]];

            case DamageKind.Structure:
                return Structure.Mutate(log, other, random);

            default:
                return log;
        }
    }
}
