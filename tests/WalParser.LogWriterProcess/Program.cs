using System.Globalization;
using WalParser.LogWriterProcess;

// FOLDER SEED RECORDS RECORDS-PER-LOG AHEAD FATE NUMBERED
var random = new Random(int.Parse(args[1], CultureInfo.InvariantCulture));
var writer = new LogWriter(args[0], random, new ReaderProgress(Console.In), Enum.Parse<Fate>(args[5]), bool.Parse(args[6]));
Directory.CreateDirectory(Path.Combine(args[0], "archive"));
writer.Write(
    ulong.Parse(args[2], CultureInfo.InvariantCulture),
    int.Parse(args[3], CultureInfo.InvariantCulture),
    ulong.Parse(args[4], CultureInfo.InvariantCulture));
