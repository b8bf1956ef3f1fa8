namespace WalParser.Manifests;

/// <summary>
/// The numbers of the table and blob files that the edits of a MANIFEST added, and the sequence numbers of files that have only one: a file
/// that was ingested has one sequence number for all its keys (<c>db/external_sst_file_ingestion_job.cc</c>). Memory grows with the number
/// of files that the MANIFEST names.
/// </summary>
internal sealed class FileHistory
{
    private readonly HashSet<ulong> _numbers = [];
    private readonly Dictionary<ulong, ulong> _fileBySequence = [];

    // The keys of the dictionary in order; null after one was added.
    private ulong[]? _sequences;

    /// <summary>Adds the files of an edit.</summary>
    public void Add(VersionEdit edit)
    {
        if (edit.NewFiles.Count > _numbers.Count)
        {
            _numbers.EnsureCapacity(_numbers.Count + edit.NewFiles.Count);
        }

        foreach (NewTableFile file in edit.NewFiles)
        {
            _numbers.Add(file.Number);

            // Compaction sets the numbers of the oldest data to 0.
            if (file.SmallestSequence is { } sequence and > 0 && sequence == file.LargestSequence)
            {
                _sequences = _fileBySequence.TryAdd(sequence, file.Number) ? null : _sequences;
            }
        }

        foreach (BlobFileAddition file in edit.BlobFileAdditions)
        {
            _numbers.Add(file.Number);
        }
    }

    /// <summary>Returns whether a table or blob file with a number was added.</summary>
    public bool Contains(ulong number) => _numbers.Contains(number);

    /// <summary>
    /// Returns the sequence numbers from <paramref name="first"/> up to <paramref name="next"/> - 1 that a table file has as its only one,
    /// in order, with the number of the file.
    /// </summary>
    public IReadOnlyList<(ulong Sequence, ulong File)> IngestedIn(ulong first, ulong next)
    {
        if (_sequences is null)
        {
            _sequences = [.. _fileBySequence.Keys];
            Array.Sort(_sequences);
        }

        int at = Array.BinarySearch(_sequences, first);
        List<(ulong Sequence, ulong File)> found = [];
        for (at = at < 0 ? ~at : at; at < _sequences.Length && _sequences[at] < next; at++)
        {
            found.Add((_sequences[at], _fileBySequence[_sequences[at]]));
        }

        return found;
    }
}
