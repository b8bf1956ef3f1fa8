using System.Globalization;
using System.Text;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Rdb;

/// <summary>
/// Writes keys as an RDB file, the snapshot that Redis loads when it starts (Redis, <c>src/rdb.c</c>). The keys are written one after the
/// other, so that the file is never in memory. Nothing in it is compressed, and it contains no time at which it was made: the same keys
/// give the same bytes.
/// </summary>
public static class RdbFile
{
    /// <summary>The lowest version that can be written, which Redis 7.0 introduced.</summary>
    public const int LowestVersion = 10;

    /// <summary>The highest version that can be written, which Redis 7.4 introduced.</summary>
    public const int HighestVersion = 12;

    /// <summary>Writes a file.</summary>
    /// <param name="output">The stream to write to; it stays open.</param>
    /// <param name="databases">The databases, each once.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <returns>What was written, and what the file does not express.</returns>
    public static RdbReport Write(Stream output, IReadOnlyList<RdbDatabase> databases, RdbOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(databases);
        options ??= new RdbOptions();
        int version = options.Version ?? VersionFor(databases, options.Now);
        if (version is < LowestVersion or > HighestVersion)
        {
            throw new ArgumentException($"The version is {version}, not one from {LowestVersion} to {HighestVersion}.", nameof(options));
        }

        var context = new RdbContext(version, options.Now, options.IsLogWhole, new RdbNoteList());
        var file = new RdbOutput(output);
        file.WriteRaw(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"REDIS{version:0000}")));
        WriteProperty(file, "redis-ver"u8, ServerOf(version));
        WriteProperty(file, "redis-bits"u8, "64"u8);
        long count = 0;
        foreach (RdbDatabase database in databases.Where(database => database.Keys.Count > 0))
        {
            count += WriteDatabase(file, database, context);
        }

        file.Complete();
        return new RdbReport(version, count, context.Notes.ToNotes());
    }

    /// <summary>Returns the lowest version that has all that the keys have.</summary>
    /// <param name="databases">The databases.</param>
    /// <param name="now">The time at which fields that have expired are left out.</param>
    private static int VersionFor(IReadOnlyList<RdbDatabase> databases, DateTimeOffset now) =>
        databases.Any(database => database.Keys.Any(key => RdbHash.HasFieldExpiry(key, now)))
            ? RdbContext.FieldExpiryVersion
            : LowestVersion;

    /// <summary>Returns the first release of Redis that writes and loads a version.</summary>
    private static ReadOnlySpan<byte> ServerOf(int version) => version switch
    {
        < RdbContext.ActiveTimeVersion => "7.0.0"u8,
        < RdbContext.FieldExpiryVersion => "7.2.0"u8,
        _ => "7.4.0"u8,
    };

    private static void WriteProperty(RdbOutput file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        file.WriteByte(RdbCode.Aux);
        file.WriteString(name);
        file.WriteString(value);
    }

    /// <summary>Writes a database and returns the number of its keys that were written.</summary>
    private static long WriteDatabase(RdbOutput file, RdbDatabase database, RdbContext context)
    {
        file.WriteByte(RdbCode.SelectDatabase);
        file.WriteLength(database.Number);

        // The numbers are a hint. Keys that turn out to have no value that can be written are counted.
        file.WriteByte(RdbCode.ResizeDatabase);
        file.WriteLength(database.Keys.Count);
        file.WriteLength(database.Keys.Count(key => key.ExpiryMilliseconds != 0));
        HashSet<byte[]>? names = database.Keys.Any(key => key.HasSlot) ? new(ByteStringComparer.Instance) : null;
        long count = 0;
        foreach (KeyspaceKey key in database.Keys)
        {
            // Keys with a slot could have the same name and different slots.
            if (names?.Add(key.UserKey.ToArray()) == false)
            {
                context.Notes.Add(RdbNoteKind.RepeatedKey, key);
            }
            else if (context.ValueOf(key) is { } value)
            {
                WriteKey(file, key, value);
                count++;
            }
        }

        return count;
    }

    private static void WriteKey(RdbOutput file, KeyspaceKey key, RdbValue value)
    {
        if (key.ExpiryMilliseconds != 0)
        {
            file.WriteByte(RdbCode.ExpireTimeMilliseconds);
            file.WriteMilliseconds(key.ExpiryMilliseconds);
        }

        file.WriteByte(value.Code);
        file.WriteString(key.UserKey.Span);
        value.Write(file);
    }
}
