using WalParser.RocksDb.Tests.Child;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Databases;

/// <summary>An intact database that RocksDB created, with RocksDB's response.</summary>
internal sealed class MadeDatabase : IDisposable
{
    private readonly ScratchFolder _folder;

    private MadeDatabase(Recipe recipe, ScratchFolder folder, Response made, TableContent tables)
    {
        Recipe = recipe;
        _folder = folder;
        Made = made;
        Tables = tables;
    }

    /// <summary>The recipe of the database.</summary>
    public Recipe Recipe { get; }

    /// <summary>The folder of the database.</summary>
    public string Folder => _folder.Path;

    /// <summary>RocksDB's response just before the database was closed or the process ended.</summary>
    public Response Made { get; }

    /// <summary>The content of its table files.</summary>
    public TableContent Tables { get; }

    /// <summary>Creates a database.</summary>
    /// <param name="child">RocksDB.</param>
    /// <param name="recipe">The kind of database.</param>
    /// <param name="random">The source of the history, and of the choice whether the process ends without closing the database.</param>
    /// <exception cref="InvalidDataException">RocksDB refuses a step.</exception>
    public static MadeDatabase Make(RocksDbChild child, Recipe recipe, Random random)
    {
        var folder = new ScratchFolder();
        try
        {
            RequestKind kind = random.Next(2) == 0 ? RequestKind.Make : RequestKind.MakeAndDie;
            Request request = recipe.Ask(kind, folder.Path, "create_if_missing=true;") with { Steps = History.Of(recipe, random) };
            Answer answer = child.Ask(request);
            if (answer.Response is not { Error: null } made)
            {
                string reason = $"{answer.Kind} {answer.Message}{answer.Response?.Error}";
                throw new InvalidDataException($"RocksDB does not create {recipe.Name}: {reason}");
            }

            return new MadeDatabase(recipe, folder, made, TableContent.Read(child, recipe, folder.Path));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public void Dispose() => _folder.Dispose();
}
