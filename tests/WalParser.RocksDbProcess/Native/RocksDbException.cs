using System.Runtime.InteropServices;

namespace WalParser.RocksDbProcess.Native;

/// <summary>RocksDB refused a call. The message is RocksDB's own.</summary>
internal sealed class RocksDbException(string message) : Exception(message)
{
    /// <summary>Throws if a call set an error, and frees the text of the error.</summary>
    public static void ThrowIf(nint error)
    {
        if (error == 0)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8(error)!;
        Api.rocksdb_free(error);
        throw new RocksDbException(message);
    }
}
