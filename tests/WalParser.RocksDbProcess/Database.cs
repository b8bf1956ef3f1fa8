using System.Runtime.InteropServices;
using WalParser.RocksDbProcess.Native;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDbProcess;

/// <summary>An open database of any kind, with handles of all its column families.</summary>
internal sealed class Database : IDisposable
{
    private const string DefaultFamily = "default";

    private readonly DatabaseKind _kind;
    private readonly OptionSet _options;
    private readonly SortedDictionary<string, nint> _families = new(StringComparer.Ordinal);

    // The handle for the functions of each kind of database. For a plain database, it is the base database itself.
    private readonly nint _handle;

    private Database(DatabaseKind kind, OptionSet options, string folder)
    {
        _kind = kind;
        _options = options;
        string[] names = ListFamilies(options, folder);
        nint[] familyOptions = [.. names.Select(_ => options.Handle)];
        nint[] handles = new nint[names.Length];
        _handle = OpenHandle(folder, names, familyOptions, handles);
        Base = kind switch
        {
            DatabaseKind.Plain => _handle,
            DatabaseKind.Optimistic => Api.rocksdb_optimistictransactiondb_get_base_db(_handle),
            _ => Api.rocksdb_transactiondb_get_base_db(_handle),
        };
        for (int i = 0; i < names.Length; i++)
        {
            _families[names[i]] = handles[i];
        }
    }

    /// <summary>The handle for the functions without transactions.</summary>
    public nint Base { get; }

    /// <summary>The handle of the transaction database.</summary>
    public nint Handle => _handle;

    public DatabaseKind Kind => _kind;

    public bool IsPessimistic => _kind >= DatabaseKind.WriteCommitted;

    /// <summary>
    /// The last sequence number that recovery found, just after opening. A write-prepared or write-unprepared database uses one more after
    /// recovery, so that no snapshot has the number up to which commits are known (<c>WritePreparedTxnDB::Initialize</c>).
    /// </summary>
    public ulong RecoveredSequence
    {
        get
        {
            ulong latest = Api.rocksdb_get_latest_sequence_number(Base);
            return _kind is DatabaseKind.WritePrepared or DatabaseKind.WriteUnprepared && latest > 0 ? latest - 1 : latest;
        }
    }

    public IEnumerable<(string Name, nint Handle)> Families => _families.Select(family => (family.Key, family.Value));

    /// <exception cref="RocksDbException">RocksDB refuses.</exception>
    public static Database Open(Request request)
    {
        var options = new OptionSet(request.Options);
        try
        {
            return new Database(request.Database, options, request.Folder);
        }
        catch (RocksDbException)
        {
            options.Dispose();
            throw;
        }
    }

    public nint FamilyOf(string name) => _families[name];

    public void CreateFamily(string name)
    {
        _families[name] = IsPessimistic
            ? Api.rocksdb_transactiondb_create_column_family(_handle, _options.Handle, name, out nint error)
            : Api.rocksdb_create_column_family(Base, _options.Handle, name, out error);
        RocksDbException.ThrowIf(error);
    }

    /// <summary>
    /// Drops a family. It uses the base database also for a transaction database, because the C API has no other function.
    /// </summary>
    public void DropFamily(string name)
    {
        Api.rocksdb_drop_column_family(Base, _families[name], out nint error);
        RocksDbException.ThrowIf(error);
        Api.rocksdb_column_family_handle_destroy(_families[name]);
        _families.Remove(name);
    }

    public void Flush(string family)
    {
        nint options = Api.rocksdb_flushoptions_create();
        nint error;
        if (IsPessimistic)
        {
            Api.rocksdb_transactiondb_flush_cf(_handle, options, _families[family], out error);
        }
        else
        {
            Api.rocksdb_flush_cf(Base, options, _families[family], out error);
        }

        Api.rocksdb_flushoptions_destroy(options);
        RocksDbException.ThrowIf(error);
    }

    public void Write(nint writeOptions, nint batch)
    {
        nint error;
        switch (_kind)
        {
            case DatabaseKind.Plain:
                Api.rocksdb_write(_handle, writeOptions, batch, out error);
                break;
            case DatabaseKind.Optimistic:
                Api.rocksdb_optimistictransactiondb_write(_handle, writeOptions, batch, out error);
                break;
            default:
                Api.rocksdb_transactiondb_write(_handle, writeOptions, batch, out error);
                break;
        }

        RocksDbException.ThrowIf(error);
    }

    /// <summary>Creates an iterator over the committed data.</summary>
    public nint OpenIterator(nint readOptions, nint family) => IsPessimistic
        ? Api.rocksdb_transactiondb_create_iterator_cf(_handle, readOptions, family)
        : Api.rocksdb_create_iterator_cf(Base, readOptions, family);

    /// <summary>The number of transactions that are neither committed nor rolled back.</summary>
    public int CountPrepared()
    {
        if (!IsPessimistic)
        {
            return 0;
        }

        nint list = Api.rocksdb_transactiondb_get_prepared_transactions(_handle, out nuint count);
        if (list != 0)
        {
            Api.rocksdb_free(list);
        }

        return (int)count;
    }

    public void Dispose()
    {
        foreach (nint family in _families.Values)
        {
            Api.rocksdb_column_family_handle_destroy(family);
        }

        switch (_kind)
        {
            case DatabaseKind.Plain:
                Api.rocksdb_close(_handle);
                break;
            case DatabaseKind.Optimistic:
                Api.rocksdb_optimistictransactiondb_close_base_db(Base);
                Api.rocksdb_optimistictransactiondb_close(_handle);
                break;
            default:
                Api.rocksdb_transactiondb_close_base_db(Base);
                Api.rocksdb_transactiondb_close(_handle);
                break;
        }

        _options.Dispose();
    }

    private static string[] ListFamilies(OptionSet options, string folder)
    {
        if (!File.Exists(Path.Combine(folder, "CURRENT")))
        {
            return [DefaultFamily];
        }

        nint list = Api.rocksdb_list_column_families(options.Handle, folder, out nuint count, out nint error);
        RocksDbException.ThrowIf(error);
        string[] names = new string[count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(list, i * nint.Size))!;
        }

        Api.rocksdb_list_column_families_destroy(list, count);
        return names;
    }

    private nint OpenHandle(string folder, string[] names, nint[] familyOptions, nint[] handles)
    {
        nint opened;
        nint error;
        switch (_kind)
        {
            case DatabaseKind.Plain:
                opened = Api.rocksdb_open_column_families(_options.Handle, folder, names.Length, names, familyOptions, handles, out error);
                break;
            case DatabaseKind.Optimistic:
                opened = Api.rocksdb_optimistictransactiondb_open_column_families(
                    _options.Handle, folder, names.Length, names, familyOptions, handles, out error);
                break;
            default:
                nint transactionOptions = Api.rocksdb_transactiondb_options_create();
                Api.rocksdb_transactiondb_options_set_write_policy(transactionOptions, _kind - DatabaseKind.WriteCommitted);

                // By default, RocksDB does not remove the merge operands of a rolled-back write-prepared transaction, and reads return
                // them.
                Api.rocksdb_transactiondb_options_set_rollback_merge_operands(transactionOptions, 1);
                opened = Api.rocksdb_transactiondb_open_column_families(
                    _options.Handle, transactionOptions, folder, names.Length, names, familyOptions, handles, out error);
                Api.rocksdb_transactiondb_options_destroy(transactionOptions);
                break;
        }

        RocksDbException.ThrowIf(error);
        return opened;
    }
}
