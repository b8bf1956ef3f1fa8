namespace WalParser.Tool.History;

/// <summary>Writes the history of a key in one of the formats.</summary>
internal interface IHistoryWriter
{
    /// <summary>Writes a change or a break.</summary>
    void Write(HistoryChange change);

    /// <summary>Writes the summary after all changes.</summary>
    void End();
}
