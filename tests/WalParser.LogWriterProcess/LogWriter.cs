using WalParser.Framing;
using WalParser.IO;
using WalParser.TestSupport.Logs;

namespace WalParser.LogWriterProcess;

/// <summary>What the writer does with a log that is full.</summary>
internal enum Fate
{
    Kept,
    Archived,
    Deleted,
    Recycled,
}

/// <summary>
/// Writes logs as RocksDB does, one record after the other, and starts a new log at random intervals. The file of the next log is created,
/// and a control record is written to it, before the last bytes of the current log are written.
/// </summary>
internal sealed class LogWriter(string folder, Random random, ReaderProgress reader, Fate fate, bool isNumbered)
{
    private readonly List<(ulong Number, ulong LastSequence)> _full = [];
    private ulong _number = 10;
    private ulong _lastOfLog;
    private TornStream? _file;
    private LogBuilder? _log;
    private TornStream? _nextFile;

    /// <summary>Writes records.</summary>
    /// <param name="records">The number of records. Their sequence numbers begin with 1.</param>
    /// <param name="recordsPerLog">The average number of records in a log.</param>
    /// <param name="ahead">The number of records that the writer may be ahead of the reader.</param>
    public void Write(ulong records, int recordsPerLog, ulong ahead)
    {
        _file = Create(_number);
        _log = Begin(_file, _number);
        for (ulong sequence = 1; sequence <= records; sequence++)
        {
            if (sequence > ahead)
            {
                reader.WaitUntilRead(sequence - ahead);
            }

            bool isLastOfLog = sequence < records && random.Next(recordsPerLog) == 0;
            _file.BetweenPieces = isLastOfLog ? MakeNext : null;
            _lastOfLog = sequence;
            _log.Record(WrittenRecord.PayloadOf(sequence));
            if (isLastOfLog)
            {
                GoOn();
            }
            else if (fate == Fate.Deleted && reader.HasOpened(_number) && random.Next(3) == 0)
            {
                // The log is still being written to: the file remains without a name.
                File.Delete(PathOf(_number));
            }
        }

        _file.Dispose();
    }

    private string PathOf(ulong number) => Path.Combine(folder, WalFileName.Of(number));

    private void MakeNext() => _nextFile ??= Create(_number + 3);

    private void GoOn()
    {
        Finish(_number, _lastOfLog);
        _number += 3;
        _file = _nextFile!;
        _nextFile = null;
        _log = Begin(_file, _number);
        if (random.Next(4) == 0)
        {
            // A log without records.
            MakeNext();
            Finish(_number, lastSequence: null);
            _number += 3;
            _file = _nextFile!;
            _nextFile = null;
            _log = Begin(_file, _number);
        }
    }

    private LogBuilder Begin(TornStream file, ulong number)
    {
        var log = new LogBuilder(file, isNumbered ? (uint)number : null);
        return log.Fragment(FragmentType.SetCompressionType, new byte[4]);
    }

    private TornStream Create(ulong number)
    {
        // A full log that has been read may be reused, also while the reader still has it open.
        int i = fate == Fate.Recycled ? _full.FindIndex(log => reader.HasRead(log.LastSequence)) : -1;
        if (i >= 0)
        {
            File.Move(PathOf(_full[i].Number), PathOf(number));
            _full.RemoveAt(i);
        }

        return new TornStream(
            new FileStream(
                PathOf(number), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0), random);
    }

    private void Finish(ulong number, ulong? lastSequence)
    {
        _file!.Dispose();
        switch (fate)
        {
            case Fate.Archived:
                File.Move(PathOf(number), Path.Combine(folder, "archive", WalFileName.Of(number)));
                break;
            case Fate.Deleted when lastSequence is not null:
                reader.WaitUntilOpened(number);
                File.Delete(PathOf(number));
                break;
            case Fate.Recycled when lastSequence is { } last:
                _full.Add((number, last));
                break;
        }
    }
}
