using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WalParser.Compression;

/// <summary>The 64-bit xxHash with seed 0, fed piece by piece; Zstandard's content checksum is its low half.</summary>
internal struct XxHash64
{
    private const int StripeLength = 32;
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    private ulong _lane1;
    private ulong _lane2;
    private ulong _lane3;
    private ulong _lane4;
    private ulong _length;
    private int _heldLength;
    private Stripe _held;

    public void Reset()
    {
        unchecked
        {
            _lane1 = Prime1 + Prime2;
            _lane2 = Prime2;
            _lane3 = 0;
            _lane4 = 0 - Prime1;
        }

        _length = 0;
        _heldLength = 0;
    }

    public void Append(ReadOnlySpan<byte> data)
    {
        _length += (ulong)data.Length;
        if (_heldLength != 0)
        {
            var held = MemoryMarshal.CreateSpan(ref Unsafe.As<Stripe, byte>(ref _held), StripeLength);
            var taken = Math.Min(StripeLength - _heldLength, data.Length);
            data[..taken].CopyTo(held[_heldLength..]);
            _heldLength += taken;
            data = data[taken..];
            if (_heldLength < StripeLength)
            {
                return;
            }

            AppendStripes(held);
            _heldLength = 0;
        }

        var whole = data.Length & ~(StripeLength - 1);
        if (whole != 0)
        {
            AppendStripes(data[..whole]);
            data = data[whole..];
        }

        if (!data.IsEmpty)
        {
            data.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Stripe, byte>(ref _held), StripeLength));
            _heldLength = data.Length;
        }
    }

    public readonly ulong ToHash()
    {
        ulong hash;
        if (_length >= StripeLength)
        {
            hash = BitOperations.RotateLeft(_lane1, 1) + BitOperations.RotateLeft(_lane2, 7)
                + BitOperations.RotateLeft(_lane3, 12) + BitOperations.RotateLeft(_lane4, 18);
            hash = Merge(Merge(Merge(Merge(hash, _lane1), _lane2), _lane3), _lane4);
        }
        else
        {
            hash = Prime5;
        }

        hash += _length;
        var rest = MemoryMarshal.CreateReadOnlySpan(in Unsafe.As<Stripe, byte>(ref Unsafe.AsRef(in _held)), _heldLength);
        while (rest.Length >= 8)
        {
            hash ^= Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest));
            hash = (BitOperations.RotateLeft(hash, 27) * Prime1) + Prime4;
            rest = rest[8..];
        }

        if (rest.Length >= 4)
        {
            hash ^= BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1;
            hash = (BitOperations.RotateLeft(hash, 23) * Prime2) + Prime3;
            rest = rest[4..];
        }

        foreach (var value in rest)
        {
            hash ^= value * Prime5;
            hash = BitOperations.RotateLeft(hash, 11) * Prime1;
        }

        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }

    public static ulong Hash(ReadOnlySpan<byte> data)
    {
        var hash = default(XxHash64);
        hash.Reset();
        hash.Append(data);
        return hash.ToHash();
    }

    private void AppendStripes(ReadOnlySpan<byte> data)
    {
        var (lane1, lane2, lane3, lane4) = (_lane1, _lane2, _lane3, _lane4);
        ref var next = ref MemoryMarshal.GetReference(data);
        for (var left = data.Length; left >= StripeLength; left -= StripeLength)
        {
            lane1 = Round(lane1, LittleEndian(Unsafe.ReadUnaligned<ulong>(ref next)));
            lane2 = Round(lane2, LittleEndian(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref next, 8))));
            lane3 = Round(lane3, LittleEndian(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref next, 16))));
            lane4 = Round(lane4, LittleEndian(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref next, 24))));
            next = ref Unsafe.Add(ref next, StripeLength);
        }

        (_lane1, _lane2, _lane3, _lane4) = (lane1, lane2, lane3, lane4);
    }

    private static ulong LittleEndian(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);

    private static ulong Round(ulong lane, ulong word) => BitOperations.RotateLeft(lane + (word * Prime2), 31) * Prime1;

    private static ulong Merge(ulong hash, ulong lane) => ((hash ^ Round(0, lane)) * Prime1) + Prime4;

    [InlineArray(StripeLength)]
    private struct Stripe
    {
        private byte _first;
    }
}
