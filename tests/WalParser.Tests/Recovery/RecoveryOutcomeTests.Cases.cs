using WalParser.Batches;
using WalParser.TestSupport.Logs;

namespace WalParser.Tests.Recovery;

/// <content>The cases.</content>
public partial class RecoveryOutcomeTests
{
    private const byte Full = 1;
    private const byte First = 2;
    private const byte Last = 4;
    private const byte RecyclableFull = 5;
    private const byte CompressionTypeRecord = 9;
    private const byte TimestampSizeRecord = 10;
    private const byte PredecessorRecord = 130;
    private const ulong Max = WriteBatch.MaxSequence;
    private const string SetBack = "refuses: Sequence number is being set backwards during recovery";
    private const string Loops = "loops: recyclable record in a log that is not recycled";
    private const string Prepared = "refuses: WAL contains prepared transactions. Open with TransactionDB::Open().";
    private const string Corrupted = "refuses: Write batch content corrupted.";
    private const string ShortTimedPut = "crashes: the value of a TimedPut is shorter than its write time";
    private const string BadName = "refuses: Error decoding wide column name";
    private const string NoBatch = "crashes: a transaction is committed whose section ended and did not begin";
    private const string Everything = "opens 3: a c d";

    private static readonly byte[] A = Record(1, Put("a"));
    private static readonly byte[] C = Record(2, Put("c"));
    private static readonly byte[] D = Record(3, Put("d"));
    private static readonly byte[] B = Batch(2, Put("b"));
    private static readonly byte[] BadEntity = [1, 5];

    /// <summary>The cases: logs 10 and 11, changes of OPTIONS (from, to), and the results in the order of the modes.</summary>
    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["sound"] = new([A, C], null, "opens 2: a c"),
        ["the last record twice"] = new([A, C, C], null, SetBack),
        ["another key with the same number"] = new([A, C, Record(2, Put("d"))], null, "opens 2: a c d"),
        ["an empty batch that sets back"] = new([A, C, Record(1)], null, SetBack),
        ["an empty batch that does not"] = new([A, C, Record(3)], null, "opens 2: a c"),
        ["log data that sets back"] = new([A, C, Record(2, WalBytes.LogData("x"))], null, SetBack),
        ["numbers set back between logs"] = new([A, C], [Record(1, Put("d"))], SetBack),
        ["an empty range takes no number"] = new([A, Record(2, Range("k", "k")), C], null, "opens 2: a k c"),
        ["a reversed range in a batch"] = new(
            [A, Record(2, Put("x"), Range("z", "a"), Put("y")), Record(5, Put("c"))],
            null,
            "refuses: end key comes before start key",
            "refuses: end key comes before start key",
            "opens 2: a x",
            "opens 5: a x c"),
        ["a reversed range that sets back"] = new([A, C, Record(1, Range("z", "a"))], null, SetBack),
        ["a merge without an operator"] = new(
            [A, Record(2, Put("x"), Merge("z"), Put("y")), Record(5, Put("c"))],
            null,
            "refuses: Merge requires `ColumnFamilyOptions::merge_operator != nullptr`",
            "refuses: Merge requires `ColumnFamilyOptions::merge_operator != nullptr`",
            "opens 2: a x",
            "opens 5: a x c")
        {
            Option = ("merge_operator={id=StringAppendOperator;delimiter=,;}", "merge_operator=nullptr"),
        },
        ["a short TimedPut"] = new([A, Record(2, TimedPut("t", "1234"))], null, ShortTimedPut),
        ["a malformed entity"] = new([A, Record(2, WalBytes.PutEntity("e", BadEntity))], null, BadName),
        ["a malformed entity, overwritten"] =
            new([A, Record(2, WalBytes.PutEntity("e", BadEntity), Put("e"))], null, "opens 3: a e e"),
        ["a malformed entity, in a deleted range"] =
            new([A, Record(2, WalBytes.PutEntity("e", BadEntity), Range("d", "f"))], null, "opens 3: a e d"),
        ["a malformed entity after a deleted range"] =
            new([A, Record(2, Range("d", "f"), WalBytes.PutEntity("e", BadEntity))], null, BadName),
        ["a malformed entity below a merge"] = new([A, Record(2, WalBytes.PutEntity("e", BadEntity), Merge("e"))], null, BadName),
        ["a malformed entity that is not written"] = new([A, Record(2, WalBytes.PutEntity("e", BadEntity))], null, "opens 2: a e")
        {
            Option = ("avoid_flush_during_recovery=false", "avoid_flush_during_recovery=true"),
        },
        ["an entity with bytes after it"] = new(
            [A, Record(2, WalBytes.PutEntity("e", [1, 1, 0, 1, 0x78, 0x59]))],
            null,
            "refuses: Unexpected trailing data after wide column entity"),
        ["an entity whose columns are out of order"] =
            new([A, Record(2, WalBytes.PutEntity("e", [1, 2, 1, 0x62, 0, 1, 0x61, 0]))], null, "refuses: Wide columns out of order"),
        ["an entity with blob file 0"] = new(
            [A, Record(2, WalBytes.PutEntity("e", [2, 1, 1, 1, 0, 0x11, 0, 5, 1, 0, 0x10, 0x10, 0]))],
            null,
            "refuses: Invalid blob file number"),
        ["an entity of version 2"] = new([A, Record(2, WalBytes.PutEntity("e", [2, 1, 1, 1, 0, 1, 0, 1, 0x78]))], null, "opens 2: a e"),
        ["a blob index of an unknown type"] =
            new([A, Record(2, BlobIndex("e", 9))], null, "refuses: Error while decoding blob index: Unknown blob index type: 9"),
        ["a blob index of file 0"] = new([A, Record(2, BlobIndex("e", 1, 0, 0x10, 0x10, 0))], null, "refuses: Invalid blob file number"),
        ["the greatest number"] = new([A, Record(Max, Put("x"))], null, $"opens {Max}: a x"),
        ["the number before the greatest"] = new([A, Record(Max - 1, Put("x"))], null, "opens 0: a x"),
        ["numbers beyond the greatest"] = new(
            [A, Record(Max - 1, Put("x"), Put("y"), Put("z"))],
            null,
            "refuses: ProtectionInfo mismatch",
            "refuses: ProtectionInfo mismatch",
            $"opens {Max}: a x y",
            $"opens {Max}: a x y"),
        ["type 132 is the end of the file"] = new([A, Fragment(132), C], [D], "opens 3: a d"),
        ["type 133 is a bad record"] = new([A, Fragment(133), C], [D], Everything),
        ["type 134 is a bad header"] =
            new([A, Fragment(134), C], [D], "opens 3: a d", "refuses: truncated header", "opens 1: a", "opens 3: a d"),
        ["type 135 is an old record"] = new([A, Fragment(135), C], [D], "opens 3: a d", "opens 3: a d", "opens 1: a", Everything),
        ["type 136 is a bad length"] =
            new([A, Fragment(136), C], [D], "opens 3: a d", "refuses: truncated record body", "opens 1: a", "opens 3: a d"),
        ["type 137 is a bad checksum"] =
            new([A, Fragment(137), C], [D], "refuses: checksum mismatch", "refuses: checksum mismatch", "opens 1: a", Everything),
        ["type 138 is ignored"] = new([A, Fragment(138), C], [D], Everything),
        ["type 133 in a record"] = new(
            [A, WalBytes.Fragment(First, B[..5]), Fragment(133), WalBytes.Fragment(Last, B[5..]), C],
            null,
            "refuses: error in middle of record",
            "refuses: error in middle of record",
            "opens 1: a",
            "opens 2: a c"),
        ["a predecessor in a record"] =
            new([A, WalBytes.Fragment(First, [0]), Predecessor(1, 2, 3), WalBytes.Fragment(Last, B), C], null, Corrupted),
        ["an ignorable type in a record, and a record in fragments"] = new(
            [A, WalBytes.Fragment(First, [0]), Fragment(200), WalBytes.Fragment(First, B[..5]), WalBytes.Fragment(Last, B[5..])],
            null,
            Corrupted),
        ["timestamp sizes in a record"] = new(
            [A, WalBytes.Fragment(First, B[..5]), WalBytes.Fragment(TimestampSizeRecord, [5, 0, 0, 0, 8, 0]), WalBytes.Fragment(Last, B)],
            null,
            "refuses: user-defined timestamp size record interspersed partial record",
            "refuses: user-defined timestamp size record interspersed partial record",
            "opens 1: a",
            Corrupted),
        ["a loop after a record that is too small"] =
            new([A, WalBytes.Fragment(Full, [1]), WalBytes.Fragment(RecyclableFull, [1], [10, 0, 0, 0]), C], null, Loops),
        ["a loop after a batch that is not inserted"] =
            new([A, Record(2, Range("z", "a")), WalBytes.Fragment(RecyclableFull, [1], [10, 0, 0, 0]), C], null, Loops),
        ["high bytes of the compression type"] = new([WalBytes.Fragment(CompressionTypeRecord, [0, 3, 0, 0]), A, C], null, "opens 2: a c"),
        ["paranoid_checks=false, and a damaged batch"] =
            new([A, WalBytes.Record([.. Batch(2, Put("x")), 0x7A])], null, "refuses: unknown WriteBatch tag: 122")
            {
                Option = ("paranoid_checks=true", "paranoid_checks=false"),
            },
        ["paranoid_checks=false, and a prepared section"] = new([A, Section("t", Put("x")), C], null, "opens 2: a c")
        {
            Option = ("paranoid_checks=true", "paranoid_checks=false"),
        },
        ["a prepared section without two-phase commits"] = new(
            [A, Section("t", Put("x")), C], null, Prepared, Prepared, Prepared, "opens 2: a c"),
        ["a section that ends and did not begin"] = new([A, Record(2, Put("x"), End("t")), Record(3, Put("c"))], null, "opens 3: a x c"),
        ["a section that ends and did not begin, committed"] =
            new([A, Record(2, Put("x"), End("t")), Record(3, Commit("t"))], null, NoBatch),
        ["a section that ends and did not begin, left prepared"] =
            new([A, Record(2, Put("x"), End("t"))], null, "crashes: a transaction is left prepared whose section ended and did not begin")
            {
                Option = ("allow_2pc=false", "allow_2pc=true"),
            },
        ["a transaction without a name, left prepared"] =
            new([A, Section("", Put("x")), C], null, "refuses: Transaction name length must be between 1 and 512 chars.")
            {
                Option = ("allow_2pc=false", "allow_2pc=true"),
            },
        ["a TimedPut in a transaction"] = new(
            [A, Section("t", TimedPut("t", "v12345678")), C],
            null,
            "refuses: a transaction cannot contain this operation",
            "refuses: a transaction cannot contain this operation",
            "refuses: a transaction cannot contain this operation",
            "opens 2: a c")
        {
            Option = ("allow_2pc=false", "allow_2pc=true"),
        },
        ["a commit takes the numbers of its section"] =
            new([A, Section("t", Put("x"), Range("k", "k"), Put("y")), Record(2, Commit("t")), Record(4, Put("c"))],
                null,
                "opens 4: a x k y c")
            {
                Option = ("allow_2pc=false", "allow_2pc=true"),
            },
        ["a predecessor that is missing"] = new(
            [Predecessor(9, 5, 1), A, C],
            null,
            "refuses: Missing WAL of log number 9",
            "refuses: Missing WAL of log number 9",
            "opens 0:",
            "opens 2: a c")
        {
            Option = ("track_and_verify_wals=false", "track_and_verify_wals=true"),
        },
        ["a second predecessor that differs"] = new(
            [A],
            [Predecessor(10, (ulong)A.Length, 1), C, Predecessor(10, (ulong)A.Length, 7), D],
            "refuses: Mismatched last sequence number recorded in the WAL of log number 10. Recorded 7. Observed 1.",
            "refuses: Mismatched last sequence number recorded in the WAL of log number 10. Recorded 7. Observed 1.",
            "opens 2: a c",
            Everything)
        {
            Option = ("track_and_verify_wals=false", "track_and_verify_wals=true"),
        },
    };
}
