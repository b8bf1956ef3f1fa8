using WalParser.RocksDbProcess.Native;

namespace WalParser.RocksDbProcess;

/// <summary>RocksDB's options, parsed from text.</summary>
internal sealed class OptionSet : IDisposable
{
    public OptionSet(string text)
    {
        nint defaults = Api.rocksdb_options_create();
        Handle = Api.rocksdb_options_create();
        Api.rocksdb_get_options_from_string(defaults, text, Handle, out nint error);
        Api.rocksdb_options_destroy(defaults);
        RocksDbException.ThrowIf(error);
    }

    public nint Handle { get; }

    public void Dispose() => Api.rocksdb_options_destroy(Handle);
}
