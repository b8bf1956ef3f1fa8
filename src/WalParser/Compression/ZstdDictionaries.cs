using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ZstdSharp.Unsafe;

namespace WalParser.Compression;

/// <summary>
/// Zstandard dictionaries, by the identifiers that they contain and that frames refer to. Immutable, and safe for concurrent use by
/// multiple threads.
/// </summary>
public sealed unsafe class ZstdDictionaries
{
    private readonly ImmutableDictionary<uint, byte[]> _dictionaries;

    /// <summary>Creates a collection of dictionaries. Their bytes are copied.</summary>
    /// <param name="dictionaries">The dictionaries, as <c>zstd --train</c> writes them.</param>
    /// <exception cref="ArgumentException">
    /// An element is not a Zstandard dictionary or is damaged, or two have the same identifier.
    /// </exception>
    public ZstdDictionaries(params IEnumerable<byte[]> dictionaries)
    {
        ArgumentNullException.ThrowIfNull(dictionaries);
        _dictionaries = dictionaries.Select(dictionary => dictionary.ToArray()).ToImmutableDictionary(IdOf);
    }

    /// <summary>The empty collection: frames that refer to a dictionary are rejected.</summary>
    public static ZstdDictionaries Empty { get; } = new();

    internal bool TryGet(uint id, [NotNullWhen(true)] out byte[]? dictionary) => _dictionaries.TryGetValue(id, out dictionary);

    private static uint IdOf(byte[] dictionary)
    {
        fixed (byte* start = dictionary)
        {
            uint id = Methods.ZSTD_getDictID_fromDict(start, (nuint)dictionary.Length);
            ZSTD_DDict_s* loaded = id == 0 ? null : Methods.ZSTD_createDDict(start, (nuint)dictionary.Length);
            if (loaded is null)
            {
                throw new ArgumentException("A dictionary is not a Zstandard dictionary, or is damaged.", nameof(dictionary));
            }

            Methods.ZSTD_freeDDict(loaded);
            return id;
        }
    }
}
