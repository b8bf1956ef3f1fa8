using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WalParser.Compression;

/// <content>Decoding and execution of sequences (RFC 8878, sections 3.1.1.3.2.1 and 3.1.1.4).</content>
internal sealed unsafe partial class ZstdBlockDecoder
{
    private int DecodeSequences(byte* source, byte* sourceEnd, int sequences, byte* output, byte* outputEnd, byte* historyStart)
    {
        // The bits are read backwards: a word is loaded from position, of which so many bits are left, the lower ones.
        // Every load is inside of the source; a shorter source is put together byte by byte.
        var position = source;
        var reloadable = source + 8;
        ulong word;
        var left = 64 - (BitOperations.LeadingZeroCount((uint)sourceEnd[-1]) - 24 + 1);
        if (sourceEnd - source >= 8)
        {
            position = sourceEnd - 8;
            word = Unsafe.ReadUnaligned<ulong>(position);
        }
        else
        {
            word = 0;
            for (var i = 0; i < sourceEnd - source; i++)
            {
                word |= (ulong)source[i] << (8 * i);
            }

            left -= 8 * (8 - (int)(sourceEnd - source));
        }

        var literalLengths = _literalLengths;
        var matchLengths = _matchLengths;
        var offsets = _offsets;
        var repeat1 = _repeat1;
        var repeat2 = _repeat2;
        var repeat3 = _repeat3;
        var literals = _literals;
        var literalsEnd = _literalsEnd;
        var start = output;
        var outputSafe = outputEnd - Margin;

        var literalLengthState = (uint)Bits(word, left -= _literalLengthLog, _literalLengthLog);
        var offsetState = (uint)Bits(word, left -= _offsetLog, _offsetLog);
        var matchLengthState = (uint)Bits(word, left -= _matchLengthLog, _matchLengthLog);
        while (true)
        {
            // Where the word can be loaded anew no more than its bits were used; near the start of the source, where it cannot,
            // fewer than none left mean that the sequences want more bits than there are.
            if (position >= reloadable)
            {
                position -= (64 - left) >> 3;
                left = 64 - (-left & 7);
                word = Unsafe.ReadUnaligned<ulong>(position);
            }
            else if (!TryReloadLast(source, ref position, ref word, ref left))
            {
                return Bad("the sequences of a block run out of bits");
            }

            var literalLengthCell = literalLengths[literalLengthState];
            var matchLengthCell = matchLengths[matchLengthState];
            var offsetCell = offsets[offsetState];
            var offsetBits = (int)(byte)(offsetCell >> 24);
            var matchLengthBits = (int)(byte)(matchLengthCell >> 24);
            var literalLengthBits = (int)(byte)(literalLengthCell >> 24);
            ulong offset;
            if (offsetBits > 1)
            {
                offset = (offsetCell >> 32) + Bits(word, left -= offsetBits, offsetBits);
                repeat3 = repeat2;
                repeat2 = repeat1;
                repeat1 = offset;
            }
            else
            {
                // One of the last three offsets, or the last less one; without literals before it, the last itself is no choice.
                var choice = literalLengthCell >> 32 == 0 ? 1U : 0U;
                if (offsetBits == 1)
                {
                    choice += 1 + (uint)Bits(word, --left, 1);
                }

                offset = repeat1;
                if (choice != 0)
                {
                    offset = choice == 1 ? repeat2 : choice == 2 ? repeat3 : repeat1 - 1;
                    repeat3 = choice == 1 ? repeat3 : repeat2;
                    repeat2 = repeat1;
                    repeat1 = offset;
                }
            }

            var matchLength = (uint)(matchLengthCell >> 32) + (uint)Bits(word, left -= matchLengthBits, matchLengthBits);

            // 7 + 31 + 16 bits so far at most. What is still to come, 16 and 9 + 9 + 8, fits if these were no more than 31.
            if (offsetBits + matchLengthBits + literalLengthBits > 31)
            {
                if (position >= reloadable)
                {
                    position -= (64 - left) >> 3;
                    left = 64 - (-left & 7);
                    word = Unsafe.ReadUnaligned<ulong>(position);
                }
                else if (!TryReloadLast(source, ref position, ref word, ref left))
                {
                    return Bad("the sequences of a block run out of bits");
                }
            }

            var literalLength = (uint)(literalLengthCell >> 32) + (uint)Bits(word, left -= literalLengthBits, literalLengthBits);
            sequences--;
            if (sequences > 0)
            {
                // A cell leads only to states of its table, whatever the bits are.
                var stateBits = (int)(byte)(literalLengthCell >> 16);
                literalLengthState = (ushort)literalLengthCell + (uint)Bits(word, left -= stateBits, stateBits);
                stateBits = (byte)(matchLengthCell >> 16);
                matchLengthState = (ushort)matchLengthCell + (uint)Bits(word, left -= stateBits, stateBits);
                stateBits = (byte)(offsetCell >> 16);
                offsetState = (ushort)offsetCell + (uint)Bits(word, left -= stateBits, stateBits);
            }

            // Lengths are below 2^18, offsets below 2^33: none of the sums overflows. An offset of zero can only come from
            // a repeat less one; less one again it is the largest number there is, as is what an offset too far gives.
            var matchStart = output + literalLength;
            if (literalLength + matchLength <= outputSafe - output
                && literalLength <= literalsEnd - literals
                && offset - 1 < (ulong)(matchStart - historyStart))
            {
                // In here both copies end 32 bytes before the end of the output, and literals can be read 32 bytes over their end.
                Vector128.Store(Vector128.Load(literals), output);
                if (literalLength > 16)
                {
                    WildCopy.Forward(output + 16, literals + 16, matchStart);
                }

                literals += literalLength;
                output = matchStart + matchLength;
                var match = matchStart - offset;
                if (offset >= 16)
                {
                    Vector128.Store(Vector128.Load(match), matchStart);
                    if (matchLength > 16)
                    {
                        WildCopy.Forward(matchStart + 16, match + 16, output);
                    }
                }
                else
                {
                    WildCopy.Overlapping(matchStart, match, output, (int)offset);
                }
            }
            else
            {
                var failure = ExecuteExactly(literals, literalsEnd, literalLength, offset, matchLength, output, outputEnd, historyStart);
                if (failure < 0)
                {
                    return failure;
                }

                literals += literalLength;
                output = matchStart + matchLength;
            }

            if (sequences == 0)
            {
                break;
            }
        }

        if (left + (8 * (position - source)) != 0)
        {
            return Bad("the sequences of a block do not end where their bits do");
        }

        var rest = literalsEnd - literals;
        if (rest > outputEnd - output)
        {
            return TooSmall;
        }

        Unsafe.CopyBlockUnaligned(output, literals, (uint)rest);
        _repeat1 = repeat1;
        _repeat2 = repeat2;
        _repeat3 = repeat3;
        return (int)(output + rest - start);
    }

    // Moves the word as far back as there is source; false if more bits were used than there are.
    private static bool TryReloadLast(byte* source, ref byte* position, ref ulong word, ref int left)
    {
        var back = Math.Min((64 - left) >> 3, (int)(position - source));
        if (back > 0)
        {
            position -= back;
            left += back * 8;
            word = Unsafe.ReadUnaligned<ulong>(position);
        }

        return left >= 0;
    }

    // So many bits of the word from one on. Where there are none the result means nothing, but has no more than count bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(ulong word, int from, int count) => Bmi2.X64.IsSupported
        ? Bmi2.X64.ZeroHighBits(word >> from, (ulong)count)
        : (word >> from) & ((1UL << count) - 1);

    // A sequence close to the end of something: checked, and copied to the byte.
    private int ExecuteExactly(
        byte* literals,
        byte* literalsEnd,
        uint literalLength,
        ulong offset,
        uint matchLength,
        byte* output,
        byte* outputEnd,
        byte* historyStart)
    {
        if (literalLength > literalsEnd - literals)
        {
            return Bad("a sequence wants more literals than the block has");
        }

        if (offset - 1 >= (ulong)(output + literalLength - historyStart))
        {
            return Bad("a sequence refers to before the start of the data, or of the window");
        }

        if (literalLength + matchLength > outputEnd - output)
        {
            return TooSmall;
        }

        Unsafe.CopyBlockUnaligned(output, literals, literalLength);
        output += literalLength;
        var match = output - offset;
        if (offset >= matchLength)
        {
            Unsafe.CopyBlockUnaligned(output, match, matchLength);
            return 0;
        }

        // Overlapping: as far as copies that run over may go, then byte by byte.
        var end = output + matchLength;
        var safeEnd = outputEnd - Margin;
        if (output < safeEnd)
        {
            var wildEnd = safeEnd < end ? safeEnd : end;
            if (offset >= 16)
            {
                WildCopy.Forward(output, match, wildEnd);
            }
            else
            {
                WildCopy.Overlapping(output, match, wildEnd, (int)offset);
            }

            match += wildEnd - output;
            output = wildEnd;
        }

        while (output < end)
        {
            *output++ = *match++;
        }

        return 0;
    }
}
