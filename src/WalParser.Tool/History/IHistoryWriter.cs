namespace WalParser.Tool.History;

/// <summary>Shows the history of a key, in one of the formats.</summary>
internal interface IHistoryWriter
{
    /// <summary>Shows a change or a break.</summary>
    void Write(HistoryChange change);

    /// <summary>All was shown.</summary>
    void End();
}
