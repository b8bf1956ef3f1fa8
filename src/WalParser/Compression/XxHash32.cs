using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WalParser.Compression;

/// <summary>The 32-bit xxHash with seed 0, fed piece by piece; the LZ4 frame format's checksums are made with it.</summary>
internal struct XxHash32
{
    private const int StripeLength = 16;
    private const uint Prime1 = 0x9E3779B1;
    private const uint Prime2 = 0x85EBCA77;
    private const uint Prime3 = 0xC2B2AE3D;
    private const uint Prime4 = 0x27D4EB2F;
    private const uint Prime5 = 0x165667B1;

    private uint _lane1;
    private uint _lane2;
    private uint _lane3;
    private uint _lane4;
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

    public readonly uint ToHash()
    {
        var hash = _length >= StripeLength
            ? BitOperations.RotateLeft(_lane1, 1) + BitOperations.RotateLeft(_lane2, 7)
                + BitOperations.RotateLeft(_lane3, 12) + BitOperations.RotateLeft(_lane4, 18)
            : Prime5;
        hash += (uint)_length;
        var rest = MemoryMarshal.CreateReadOnlySpan(in Unsafe.As<Stripe, byte>(ref Unsafe.AsRef(in _held)), _heldLength);
        while (rest.Length >= 4)
        {
            hash += BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3;
            hash = BitOperations.RotateLeft(hash, 17) * Prime4;
            rest = rest[4..];
        }

        foreach (var value in rest)
        {
            hash += value * Prime5;
            hash = BitOperations.RotateLeft(hash, 11) * Prime1;
        }

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }

    public static uint Hash(ReadOnlySpan<byte> data)
    {
        var hash = default(XxHash32);
        hash.Reset();
        hash.Append(data);
        return hash.ToHash();
    }

    private void AppendStripes(ReadOnlySpan<byte> data)
    {
        var (lane1, lane2, lane3, lane4) = (_lane1, _lane2, _lane3, _lane4);
        var words = MemoryMarshal.Cast<byte, uint>(data);
        for (; words.Length >= 4; words = words[4..])
        {
            lane1 = Round(lane1, LittleEndian(words[0]));
            lane2 = Round(lane2, LittleEndian(words[1]));
            lane3 = Round(lane3, LittleEndian(words[2]));
            lane4 = Round(lane4, LittleEndian(words[3]));
        }

        (_lane1, _lane2, _lane3, _lane4) = (lane1, lane2, lane3, lane4);
    }

    private static uint LittleEndian(uint word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);

    private static uint Round(uint lane, uint word) => BitOperations.RotateLeft(lane + (word * Prime2), 13) * Prime1;

    [InlineArray(StripeLength)]
    private struct Stripe
    {
        private byte _first;
    }
}
