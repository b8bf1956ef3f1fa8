namespace WalParser.Salvage;

/// <summary>A log that was salvaged from an earlier use of a recycled log.</summary>
/// <param name="LogNumber">The low 32 bits of the number that the log had in that use.</param>
/// <param name="OutputPath">The path of the log that was written.</param>
/// <param name="Records">The number of its records.</param>
public sealed record StaleLog(uint LogNumber, string OutputPath, long Records);
