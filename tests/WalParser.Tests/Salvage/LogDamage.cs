using FsCheck;
using FsCheck.Fluent;

namespace WalParser.Tests.Salvage;

/// <summary>Generates damage to logs and applies it.</summary>
internal static class LogDamage
{
    private const int HeaderSize = 7;

    /// <summary>The kind of a change.</summary>
    public enum Kind
    {
        /// <summary>A range of bytes is overwritten with one value.</summary>
        Overwrite,

        /// <summary>The log is truncated.</summary>
        Cut,

        /// <summary>Bits of one byte are changed.</summary>
        Flip,

        /// <summary>Bytes of one value are inserted.</summary>
        Insert,

        /// <summary>Bytes are removed, and the bytes after them move up.</summary>
        Delete,
    }

    /// <summary>A change at an offset of the original log.</summary>
    public sealed record Change(Kind Kind, int At, byte Value, int Length);

    /// <summary>Generates changes in the first bytes of a log, up to the given number, and in the headers of its records.</summary>
    public static Gen<Change[]> ChangesOf(int length, List<OriginalRecord> records)
    {
        Gen<int> anywhere = Gen.Choose(0, length - 1);
        Gen<int> inHeader = records.Count == 0
            ? anywhere
            : from record in Gen.Elements<OriginalRecord>(records)
              from i in Gen.Choose(0, HeaderSize - 1)
              select (int)record.Offset + i;
        Gen<int> run = Gen.Frequency((8, Gen.Constant(1)), (2, Gen.Choose(2, 100)), (1, Gen.Choose(100, 3000)));
        Gen<Change> change = Gen.Frequency(
            (10, Of(Kind.Overwrite, anywhere, Gen.Choose(0, 255), run)),
            (4, Of(Kind.Flip, inHeader, Gen.Choose(1, 255), Gen.Constant(1))),
            (1, Of(Kind.Cut, anywhere, Gen.Constant(0), Gen.Constant(0))));
        Gen<Change> shift = Gen.OneOf(
            Of(Kind.Insert, Gen.OneOf(anywhere, inHeader), Gen.Choose(0, 255), run),
            Of(Kind.Delete, Gen.OneOf(anywhere, inHeader), Gen.Constant(0), run));

        // Where bytes move, it is mostly unknown which records are intact. Therefore most logs have no such change.
        return Gen.Frequency((3, change.ArrayOf().Resize(6)), (1, Gen.OneOf(change, shift).ArrayOf().Resize(4)));
    }

    /// <summary>Returns true if a change moves bytes.</summary>
    public static bool Moves(Change[] changes) => changes.Any(change => change.Kind is Kind.Insert or Kind.Delete);

    /// <summary>Applies the changes to a log, and returns where it was truncated.</summary>
    public static byte[] Apply(byte[] log, int live, Change[] changes, out int cut)
    {
        List<byte> damaged = [.. log];
        cut = log.Length;

        // From the end to the beginning, so that the offsets are those of the original log.
        foreach (Change change in changes.OrderByDescending(change => change.At))
        {
            int length = Math.Min(change.Length, live - change.At);
            switch (change.Kind)
            {
                case Kind.Overwrite:
                    for (int i = change.At; i < Math.Min(change.At + length, damaged.Count); i++)
                    {
                        damaged[i] = change.Value;
                    }

                    break;
                case Kind.Flip when change.At < damaged.Count:
                    damaged[change.At] ^= change.Value;
                    break;
                case Kind.Insert:
                    damaged.InsertRange(Math.Min(change.At, damaged.Count), Enumerable.Repeat(change.Value, length));
                    break;
                case Kind.Delete:
                    damaged.RemoveRange(
                        Math.Min(change.At, damaged.Count), Math.Min(length, damaged.Count - Math.Min(change.At, damaged.Count)));
                    break;
                case Kind.Cut:
                    cut = change.At;
                    damaged.RemoveRange(Math.Min(cut, damaged.Count), damaged.Count - Math.Min(cut, damaged.Count));
                    break;
            }
        }

        return [.. damaged];
    }

    private static Gen<Change> Of(Kind kind, Gen<int> at, Gen<int> value, Gen<int> length) =>
        from offset in at
        from content in value
        from bytes in length
        select new Change(kind, offset, (byte)content, bytes);
}
