namespace WalParser.Salvage;

/// <summary>What was salvaged of a recycled log's earlier life.</summary>
/// <param name="LogNumber">The low 32 bits of the number that the log had then.</param>
/// <param name="OutputPath">The log that was written.</param>
/// <param name="Records">How many records it has.</param>
public sealed record StaleLog(uint LogNumber, string OutputPath, long Records);
