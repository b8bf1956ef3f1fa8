using WalParser.Batches;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Survey;

/// <summary>
/// How each database numbers its operations. A database that numbers by sub-batch shows that in some batches only, and what
/// one of its logs has shown holds for those behind it.
/// </summary>
internal sealed class FolderNumbering
{
    private readonly Dictionary<string, SequenceNumbering> _byFolder = [];

    public SequenceNumbering this[WalInput input]
    {
        get => _byFolder.GetValueOrDefault(input.Folder);
        set => _byFolder[input.Folder] = value;
    }
}
