using System.Buffers.Binary;
using WalParser.Checksums;

namespace WalParser.Fuzz.Mutation;

/// <summary>
/// Changes bytes of an index, a key or a blob file, and then corrects the checksums of the file: those of the record headers, of the blobs,
/// and of the footer.
/// </summary>
internal sealed class BlobMutator : IMutator
{
    private const int HeaderSize = 30;
    private const int RecordHeaderSize = 32;
    private const int FooterSize = 32;

    private static readonly ByteMutator Bytes = ByteMutator.OfLibraries;

    public byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        if (!BlobInput.TryParse(input, out BlobInput parts))
        {
            return Bytes.Mutate(input, other, random);
        }

        byte[] index = parts.Index.ToArray();
        byte[] key = parts.Key.ToArray();
        byte[] file = parts.File.ToArray();
        switch (random.Next(4))
        {
            case 0:
                index = Limit(Bytes.Mutate(index, [], random));
                break;
            case 1:
                key = Limit(Bytes.Mutate(key, [], random));
                break;
            default:
                file = Bytes.Mutate(file, BlobInput.TryParse(other, out BlobInput others) ? others.File.ToArray() : [], random);
                break;
        }

        if (random.Next(8) > 0)
        {
            Repair(file);
        }

        return new BlobInput(index, key, file).ToArray();
    }

    private static byte[] Limit(byte[] bytes) => bytes.Length <= byte.MaxValue ? bytes : bytes[..byte.MaxValue];

    private static void Repair(Span<byte> file)
    {
        for (int at = HeaderSize; at + RecordHeaderSize <= file.Length;)
        {
            Span<byte> record = file[at..];
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(record) + BinaryPrimitives.ReadUInt64LittleEndian(record[8..]);
            if (size > (ulong)(record.Length - RecordHeaderSize))
            {
                break;
            }

            BinaryPrimitives.WriteUInt32LittleEndian(record[24..], Crc32C.Mask(Crc32C.Compute(record[..24])));
            BinaryPrimitives.WriteUInt32LittleEndian(record[28..], Crc32C.Mask(Crc32C.Compute(record.Slice(RecordHeaderSize, (int)size))));
            at += RecordHeaderSize + (int)size;
        }

        if (file.Length >= HeaderSize + FooterSize)
        {
            Span<byte> footer = file[^FooterSize..];
            BinaryPrimitives.WriteUInt32LittleEndian(footer[28..], Crc32C.Mask(Crc32C.Compute(footer[..28])));
        }
    }
}
