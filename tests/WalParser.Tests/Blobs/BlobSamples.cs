using System.IO.Compression;
using System.Text;
using WalParser.Compression;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Blobs;

/// <summary>A key, a value, and small blob files for tests.</summary>
internal static class BlobSamples
{
    public static readonly byte[] Key = "the key"u8.ToArray();

    public static readonly byte[] Value = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("the value of the key; ", 40)));

    /// <summary>
    /// Returns a blob file without a footer that contains <see cref="Value"/> under <see cref="Key"/>, and the index of the value.
    /// </summary>
    public static byte[] One(out byte[] index)
    {
        var file = new BlobFileBuilder();
        index = file.Record(Key, Value);
        return file.ToArray();
    }

    /// <summary>Returns the index of an uncompressed value in file 8.</summary>
    public static byte[] At(int offset, int size) => BlobFileBuilder.Index(8, (ulong)offset, (ulong)size, CompressionType.None);

    /// <summary>Returns the stored form of a value: the value itself, or its size and its bytes compressed with deflate.</summary>
    public static byte[] Stored(CompressionType compression, byte[] value)
    {
        if (compression == CompressionType.None)
        {
            return value;
        }

        var output = new MemoryStream();
        output.Write(WalBytes.Varint((uint)value.Length));
        using (var deflate = new DeflateStream(output, CompressionLevel.Optimal))
        {
            deflate.Write(value);
        }

        // For empty input, the base class library writes nothing, and other compressors write an empty block.
        return value.Length == 0 ? [0, 3, 0] : output.ToArray();
    }
}
