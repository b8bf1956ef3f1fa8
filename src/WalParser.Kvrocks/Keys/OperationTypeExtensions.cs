using WalParser.Batches;

namespace WalParser.Kvrocks.Keys;

/// <summary>What an operation does to a stored key.</summary>
internal static class OperationTypeExtensions
{
    extension(OperationType type)
    {
        /// <summary>
        /// Whether the operation sets a value. Kvrocks's merge operator lets the last operand replace the value
        /// (<c>src/storage/hash_merge_operator.cc</c>), so a merge is read as a put.
        /// </summary>
        public bool IsPut => type is OperationType.Put or OperationType.Merge or OperationType.TimedPut;

        /// <summary>Whether the operation deletes one key.</summary>
        public bool IsDelete => type is OperationType.Delete or OperationType.SingleDelete;
    }
}
