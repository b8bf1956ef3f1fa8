using System.Globalization;
using System.Text;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Databases;

/// <summary>Generates the steps that create a database of a recipe. The same random numbers give the same steps.</summary>
internal sealed class History
{
    private const string Default = "default";

    /// <summary>A flush of this family starts a new WAL and does not change the memtables of the other families.</summary>
    private const string Rotator = "rotator";

    private const int KeyCount = 40;

    private readonly Recipe _recipe;
    private readonly Random _random;
    private readonly List<Step> _steps = [];
    private readonly List<string> _families = [Default, "alpha", "beta"];
    private readonly List<string> _keys =
        [.. Enumerable.Range(0, KeyCount).Select(i => string.Create(CultureInfo.InvariantCulture, $"k{i:d2}"))];

    private readonly List<(string Family, string Key)> _putOnce = [];
    private readonly Dictionary<string, (List<string> Keys, bool IsPrepared)> _open = [];
    private ulong _time = 1;
    private int _names;

    private History(Recipe recipe, Random random)
    {
        _recipe = recipe;
        _random = random;
    }

    private bool IsPessimistic => _recipe.Database >= DatabaseKind.WriteCommitted;

    /// <summary>Returns the steps.</summary>
    public static Step[] Of(Recipe recipe, Random random)
    {
        var history = new History(recipe, random);
        history.Invent();
        return [.. history._steps];
    }

    private void Invent()
    {
        foreach (string family in (string[])["alpha", "beta", Rotator])
        {
            _steps.Add(new Step(StepKind.CreateFamily, family));
        }

        for (int left = _random.Next(20, 150); left > 0; left--)
        {
            switch (_random.Next(100))
            {
                case < 5:
                    Rotate();
                    break;
                case < 7 when _open.Count == 0 && _recipe.Database < DatabaseKind.WritePrepared:
                    // An optimistic transaction is checked against the memtable, and the table files of the other kinds may contain data
                    // that is not committed according to the WALs.
                    _steps.Add(new Step(StepKind.Flush, Any(_families)));
                    break;
                case < 12 when _recipe.Has(Features.Families):
                    ChangeFamilies();
                    break;
                case < 9 when _recipe.Has(Features.Reopens):
                    _steps.Add(new Step(StepKind.Reopen));
                    break;
                case < 45 when _recipe.Has(Features.Transactions):
                    Transact();
                    break;
                default:
                    Write();
                    break;
            }
        }
    }

    private void Rotate()
    {
        if (_recipe.Has(Features.Timestamps))
        {
            _steps.Add(new Step(StepKind.Write, Operations: [new Operation(OperationKind.Put, Rotator, Text("turn"), Text("x"), _time++)]));
        }
        else
        {
            _steps.Add(new Step(StepKind.Write, Operations: [new Operation(OperationKind.Put, Rotator, Text("turn"), Text("x"))]));
        }

        _steps.Add(new Step(StepKind.Flush, Rotator));
    }

    private void ChangeFamilies()
    {
        if (_families.Count > 2 && _random.Next(2) == 0)
        {
            string dropped = _families[_random.Next(1, _families.Count)];
            _families.Remove(dropped);
            _putOnce.RemoveAll(put => put.Family == dropped);
            _steps.Add(new Step(StepKind.DropFamily, dropped));
        }
        else
        {
            string created = _random.Next(2) == 0 && !_families.Contains("alpha") ? "alpha" : NewName("family");
            _families.Add(created);
            _steps.Add(new Step(StepKind.CreateFamily, created));
        }
    }

    private void Write()
    {
        bool isOutsideWal = _recipe.Has(Features.OutsideWal) && _random.Next(6) == 0;
        int count = _random.Next(10) == 0 ? _random.Next(30) : _random.Next(1, 6);
        _steps.Add(new Step(StepKind.Write, null, [.. Enumerable.Range(0, count).Select(_ => Operation())], isOutsideWal));
    }

    private void Transact()
    {
        if (_open.Count < 3 && _random.Next(2) == 0)
        {
            string begun = NewName("txn");
            List<string> keys = [.. Enumerable.Range(0, 4).Select(i => string.Create(CultureInfo.InvariantCulture, $"{begun}-{i}"))];
            _open[begun] = (keys, false);
            _steps.Add(new Step(StepKind.Begin, begun, Operations(keys)));
            return;
        }

        if (_open.Count == 0)
        {
            return;
        }

        string name = Any([.. _open.Keys]);
        (List<string> own, bool isPrepared) = _open[name];
        int choice = _random.Next(10);
        if (choice < 3 && !isPrepared)
        {
            _steps.Add(new Step(StepKind.Add, name, Operations(own)));
        }
        else if (choice < 7 && !isPrepared && IsPessimistic)
        {
            _open[name] = (own, true);
            _steps.Add(new Step(StepKind.Prepare, name));
        }
        else if (choice < 9)
        {
            End(StepKind.Commit);
        }
        else
        {
            End(StepKind.RollBack);
        }

        void End(StepKind how)
        {
            _steps.Add(new Step(how, name));
            _open.Remove(name);

            // The keys were locked while the transaction was open. Now any write may use them.
            _keys.AddRange(own);
        }
    }

    private Operation[] Operations(List<string> keys) =>
    [
        .. Enumerable.Range(0, _random.Next(1, 6)).Select(_ => _random.Next(8) switch
        {
            0 => new Operation(OperationKind.Delete, Any(_families), Text(Any(keys)), []),
            1 when _recipe.Has(Features.Merges) => new Operation(OperationKind.Merge, Any(_families), Text(Any(keys)), Value()),
            2 => new Operation(OperationKind.LogData, Default, Value(), []),
            _ => new Operation(OperationKind.Put, Any(_families), Text(Any(keys)), Value()),
        }),
    ];

    private Operation Operation()
    {
        string family = Any(_families);
        string key = Any(_keys);
        ulong? time = _recipe.Has(Features.Timestamps) ? _time++ : null;
        switch (_random.Next(20))
        {
            case < 4:
                return new Operation(OperationKind.Delete, family, Text(key), [], time);
            case < 6 when _recipe.Has(Features.Merges):
                return new Operation(OperationKind.Merge, family, Text(key), Value());
            case 6 when _recipe.Has(Features.Ranges):
                return Range(family, key);
            case 7:
                return new Operation(OperationKind.LogData, family, Value(), []);
            case < 11 when _recipe.Has(Features.Entities):
                return Entity(family, key);
            case 11 when !IsPessimistic:
                // SingleDelete is for keys that were put once. A TransactionDB accepts none in a batch: its lock manager does not support
                // it.
                string name = NewName("once");
                _putOnce.Add((family, name));
                return new Operation(OperationKind.Put, family, Text(name), Value(), time);
            case 12 when _putOnce.Count > 0:
                (string putTo, string put) = _putOnce[_random.Next(_putOnce.Count)];
                _putOnce.Remove((putTo, put));
                return new Operation(OperationKind.SingleDelete, putTo, Text(put), [], time);
            default:
                return new Operation(OperationKind.Put, family, Text(key), Value(), time);
        }
    }

    private Operation Range(string family, string key)
    {
        string other = _recipe.Has(Features.EmptyRanges) && _random.Next(3) == 0 ? key : Any(_keys);
        (string begin, string end) = string.CompareOrdinal(key, other) <= 0 ? (key, other) : (other, key);
        return begin == end && !_recipe.Has(Features.EmptyRanges)
            ? new Operation(OperationKind.Delete, family, Text(key), [])
            : new Operation(OperationKind.DeleteRange, family, Text(begin), Text(end));
    }

    private Operation Entity(string family, string key) => _random.Next(4) switch
    {
        0 => new Operation(OperationKind.TimedPut, family, Text(key), Value()),
        1 => new Operation(OperationKind.PutEntity, family, Text(key), Entities.Serialize(("", Bytes(20)), ("a", Bytes(100)), ("b", []))),
        2 => new Operation(OperationKind.PutEntity, family, Text(key), Entities.Serialize()),
        _ => new Operation(OperationKind.PutEntity, family, Text(key), Entities.Serialize(("column", Bytes(9)))),
    };

    private byte[] Value()
    {
        int size = _random.Next(100) switch
        {
            0 => _random.Next(30_000, 100_000),
            < 6 => _random.Next(1000, 6000),
            _ => _random.Next(_recipe.Has(Features.LargeValues) ? 300 : 80),
        };
        return Bytes(size);
    }

    private byte[] Bytes(int size)
    {
        byte[] bytes = new byte[size];
        if (_random.Next(2) == 0)
        {
            _random.NextBytes(bytes);
        }
        else
        {
            bytes.AsSpan().Fill((byte)_random.Next('a', 'z'));
        }

        return bytes;
    }

    private string NewName(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{_names++}");

    private T Any<T>(List<T> from) => from[_random.Next(from.Count)];

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
