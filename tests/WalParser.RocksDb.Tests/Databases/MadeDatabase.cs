using WalParser.RocksDb.Tests.Child;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Databases;

/// <summary>A database that RocksDB has made, sound, with what RocksDB says of it.</summary>
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

    /// <summary>How it was made.</summary>
    public Recipe Recipe { get; }

    /// <summary>Where it lies.</summary>
    public string Folder => _folder.Path;

    /// <summary>What RocksDB said when it was made, just before it was closed or its process ended.</summary>
    public Response Made { get; }

    /// <summary>What its table files hold.</summary>
    public TableContent Tables { get; }

    /// <summary>Makes a database.</summary>
    /// <param name="child">RocksDB.</param>
    /// <param name="recipe">The kind.</param>
    /// <param name="random">What the history comes from, and whether the process ends without closing the database.</param>
    /// <exception cref="InvalidDataException">RocksDB does not take the steps.</exception>
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
                throw new InvalidDataException($"RocksDB does not make {recipe.Name}: {reason}");
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
