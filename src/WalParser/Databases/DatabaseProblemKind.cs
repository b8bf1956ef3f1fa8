namespace WalParser.Databases;

/// <summary>The kinds of <see cref="DatabaseProblem"/>.</summary>
public enum DatabaseProblemKind
{
    /// <summary>There are MANIFESTs, but no <c>CURRENT</c> that names the live one. The one with the greatest number is taken.</summary>
    MissingCurrent,

    /// <summary><c>CURRENT</c> does not hold the name of a MANIFEST that is there. The one with the greatest number is taken.</summary>
    DanglingCurrent,

    /// <summary>There are more MANIFESTs than the live one: left behind by a crash, or by copying while the server ran.</summary>
    SeveralManifests,

    /// <summary>The MANIFEST is damaged, or says what cannot be; what it says elsewhere is taken.</summary>
    DamagedManifest,

    /// <summary>The MANIFEST ends within an edit, as after a crash. RocksDB passes over that.</summary>
    TornManifest,

    /// <summary>A file or folder could not be read.</summary>
    Unreadable,

    /// <summary>
    /// A WAL lies in the folder and in its archive. The longer one is read, of two of the same length the archived one; in the recovery view the one
    /// in the folder, as RocksDB does.
    /// </summary>
    WalInTwoPlaces,

    /// <summary>Two files of one folder are the same WAL by their numbers, as <c>4.log</c> and <c>000004.log</c>. That with RocksDB's own name is read.</summary>
    WalUnderTwoNames,

    /// <summary>Something has the name of a WAL and is no regular file, such as a named pipe. It is passed over.</summary>
    NoRegularFile,

    /// <summary>A WAL is not there that the MANIFEST tracks, or that the WAL after it names as its predecessor.</summary>
    MissingWal,

    /// <summary>By the MANIFEST, what was written last is in a WAL of a certain number or a greater one, and none is there.</summary>
    MissingNewestWal,

    /// <summary>A WAL is shorter than what the MANIFEST says was synced of it.</summary>
    WalShorterThanSynced,

    /// <summary>A WAL is not what the WAL after it says of its predecessor: number, size or last sequence number.</summary>
    PredecessorMismatch,

    /// <summary>A WAL was passed over in the recovery view: the MANIFEST says that its data is all in table files.</summary>
    ObsoleteWal,

    /// <summary>Recovery stops here: what follows is not replayed, unless a later WAL goes on exactly where it stopped.</summary>
    RecoveryStopped,

    /// <summary>A WAL is not replayed: it does not continue where recovery had stopped, or lies in the archive.</summary>
    WalNotReplayed,

    /// <summary>Recovery goes on in a WAL that continues exactly where it had stopped.</summary>
    RecoveryResumed,

    /// <summary>RocksDB would refuse to open the database, in the recovery mode asked for.</summary>
    OpenRefused,

    /// <summary>A WAL that is being followed became shorter than what was read of it. It is not followed further.</summary>
    TruncatedWal,

    /// <summary>A WAL that is being followed was replaced by another of the same name. It is not followed further.</summary>
    ReplacedWal,
}
