using System.Runtime.InteropServices;

namespace WalParser.Benchmarks;

/// <summary>
/// The installed libzstd, as the reference for reading and writing compressed logs. It compresses as RocksDB does: with level 3, and with
/// the content size and a checksum in each frame.
/// </summary>
internal sealed partial class NativeZstd : IDisposable
{
    private const string Library = "libzstd.so.1";
    private const int ChecksumFlag = 201;

    private readonly nint _compressor = ZSTD_createCCtx();
    private readonly nint _decompressor = ZSTD_createDCtx();

    public NativeZstd() => _ = ZSTD_CCtx_setParameter(_compressor, ChecksumFlag, 1);

    public static bool IsInstalled => NativeLibrary.TryLoad(Library, out _);

    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination) =>
        Checked(ZSTD_compress2(
            _compressor,
            ref MemoryMarshal.GetReference(destination),
            (nuint)destination.Length,
            in MemoryMarshal.GetReference(source),
            (nuint)source.Length));

    public int Decompress(ReadOnlySpan<byte> source, Span<byte> destination) =>
        Checked(ZSTD_decompressDCtx(
            _decompressor,
            ref MemoryMarshal.GetReference(destination),
            (nuint)destination.Length,
            in MemoryMarshal.GetReference(source),
            (nuint)source.Length));

    public void Dispose()
    {
        _ = ZSTD_freeCCtx(_compressor);
        _ = ZSTD_freeDCtx(_decompressor);
    }

    private static int Checked(nuint result) =>
        ZSTD_isError(result) == 0 ? (int)result : throw new InvalidDataException("libzstd reports an error.");

    [LibraryImport(Library)]
    private static partial nint ZSTD_createCCtx();

    [LibraryImport(Library)]
    private static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_CCtx_setParameter(nint context, int parameter, int value);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_compress2(nint context, ref byte destination, nuint capacity, in byte source, nuint size);

    [LibraryImport(Library)]
    private static partial nint ZSTD_createDCtx();

    [LibraryImport(Library)]
    private static partial nuint ZSTD_freeDCtx(nint context);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_decompressDCtx(nint context, ref byte destination, nuint capacity, in byte source, nuint size);

    [LibraryImport(Library)]
    private static partial uint ZSTD_isError(nuint code);
}
