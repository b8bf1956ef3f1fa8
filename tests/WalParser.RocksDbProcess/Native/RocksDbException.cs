using System.Runtime.InteropServices;

namespace WalParser.RocksDbProcess.Native;

/// <summary>RocksDB refused a call; the message is in its words.</summary>
internal sealed class RocksDbException(string message) : Exception(message)
{
    /// <summary>Throws if a call left an error, and frees the error's text.</summary>
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
