using System.Buffers.Binary;
using System.Numerics;
using WalParser.Framing;
using WalParser.Writing;

namespace WalParser.Testing.Flaws;

/// <summary>Writes flawed fragments with a <see cref="FragmentWriter"/>.</summary>
public static class FragmentWriterExtensions
{
    private const int TypeOffset = FragmentWriter.HeaderSize - 1;
    private const uint MaskDelta = 0xa282ead8;

    /// <summary>Writes a fragment with flaws at the current position.</summary>
    /// <param name="fragments">The writer.</param>
    /// <param name="type">The type, which need not be a known one.</param>
    /// <param name="payload">The payload, of at most 65,535 bytes.</param>
    /// <param name="flaws">The flaws.</param>
    /// <exception cref="ArgumentException">
    /// The fragment does not fit in the rest of the block, and <see cref="FragmentFlaws.CrossesBlocks"/> is not set; or the payload is too
    /// long for the length field; or there are no flaws, or one that does not change the fragment. The method then writes nothing.
    /// </exception>
    public static void WriteFlawed(this FragmentWriter fragments, FragmentType type, ReadOnlySpan<byte> payload, FragmentFlaws flaws)
    {
        ArgumentNullException.ThrowIfNull(fragments);
        if (payload.Length > ushort.MaxValue)
        {
            throw new ArgumentException($"A payload of {payload.Length} bytes is too long for the length field.", nameof(payload));
        }

        uint logNumber = (uint)fragments.LogNumber;
        if (flaws.FindError(type, payload.Length, logNumber, fragments.LeftInBlock) is { } error)
        {
            throw new ArgumentException(error, nameof(flaws));
        }

        int headerSize = FragmentWriter.HeaderSizeOf(type);
        byte[] fragment = new byte[headerSize + payload.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(fragment.AsSpan(sizeof(uint)), flaws.ClaimedLength ?? (ushort)payload.Length);
        fragment[TypeOffset] = (byte)type;
        Span<byte> number = fragment.AsSpan(FragmentWriter.HeaderSize, headerSize - FragmentWriter.HeaderSize);
        if (!number.IsEmpty)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(number, flaws.ForeignLogNumber ?? logNumber);
        }

        payload.CopyTo(fragment.AsSpan(headerSize));
        uint checksum = Crc32C(fragment.AsSpan(TypeOffset));
        uint stored = flaws.HasUnmaskedChecksum ? checksum : BitOperations.RotateRight(checksum, 15) + MaskDelta;
        BinaryPrimitives.WriteUInt32LittleEndian(fragment, stored ^ flaws.ChecksumError);

        // The checksum does not cover the changes from here on.
        fragment[TypeOffset] = (byte)(flaws.ClaimedType ?? type);
        if (flaws.ClaimedLogNumber is { } claimed)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(number, claimed);
        }

        if (flaws.PayloadError != 0)
        {
            fragment[headerSize] ^= flaws.PayloadError;
        }

        fragments.WriteRaw(fragment.AsSpan(0, flaws.TornAfter ?? fragment.Length));
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
