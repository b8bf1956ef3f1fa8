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

    /// <summary>Adds the files of an edit.</summary>
    public void Add(VersionEdit edit)
    {
        foreach (NewTableFile file in edit.NewFiles)
        {
            _numbers.Add(file.Number);

            // Compaction sets the numbers of the oldest data to 0.
            if (file.SmallestSequence is { } sequence and > 0 && sequence == file.LargestSequence)
            {
                _fileBySequence.TryAdd(sequence, file.Number);
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
    /// Returns the table files that have the sequence numbers from <paramref name="first"/> up to <paramref name="next"/> - 1, each one
    /// number; an empty list if a number is in none.
    /// </summary>
    public IReadOnlyList<ulong> FilesOf(ulong first, ulong next)
    {
        if (next - first > (ulong)_fileBySequence.Count)
        {
            return [];
        }

        List<ulong> files = [];
        for (ulong sequence = first; sequence < next; sequence++)
        {
            if (!_fileBySequence.TryGetValue(sequence, out ulong file))
            {
                return [];
            }

            files.Add(file);
        }

        return files;
    }
}
