using System.Buffers.Binary;
using WalParser.Writing;

namespace WalParser.Testing.Flaws;

/// <summary>Builds flawed batches with a <see cref="WriteBatchBuilder"/>.</summary>
public static class WriteBatchBuilderExtensions
{
    private const int CountOffset = sizeof(ulong);

    /// <summary>Returns a copy of the batch whose header states a count that need not be that of its operations.</summary>
    /// <param name="batch">The builder, which does not change.</param>
    /// <param name="count">The count in the header.</param>
    public static byte[] BuildWithCount(this WriteBatchBuilder batch, uint count)
    {
        ArgumentNullException.ThrowIfNull(batch);
        byte[] bytes = batch.Build().ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CountOffset), count);
        return bytes;
    }
}
