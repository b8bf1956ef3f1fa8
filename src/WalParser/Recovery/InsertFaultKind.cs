namespace WalParser.Recovery;

/// <summary>What a fault on insertion means.</summary>
internal enum InsertFaultKind
{
    /// <summary>The batch is damaged (<c>Status::Corruption</c>, <c>Status::InvalidArgument</c>).</summary>
    Damage,

    /// <summary>Recovery refuses the batch, unless it ignores all errors (<c>Status::NotSupported</c>).</summary>
    NotSupported,

    /// <summary>The process ends.</summary>
    Crash,
}
