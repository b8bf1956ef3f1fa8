using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using WalParser.Framing;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.CommandLine;

namespace WalParser.Tool.Tests.Layering;

/// <summary>
/// The folders of a project are namespaces, and the namespaces are layers: code depends only on the layers that the tables below name. The
/// dependencies are read from the built assemblies.
/// </summary>
public sealed class LayeringTests
{
    /// <summary>For each layer of the library, from the lowest to the highest, the layers that it may use.</summary>
    private static readonly Dictionary<string, string[]> Library = new()
    {
        ["Coding"] = [],
        ["Checksums"] = [],
        ["Findings"] = [],
        ["Compression"] = ["Checksums", "Coding"],
        ["IO"] = ["Compression"],
        ["Framing"] = ["Checksums", "Compression", "Findings", "IO"],
        ["Batches"] = ["Coding", "Findings", "Framing"],
        ["Transactions"] = ["Batches", "Coding", "Findings", "Framing"],
        ["Blobs"] = ["Checksums", "Coding", "Compression", "IO"],
        ["WideColumns"] = ["Blobs", "Coding"],
        ["Manifests"] = ["Coding", "Findings", "Framing", "IO"],
        ["Databases"] = ["Batches", "Findings", "Framing", "IO", "Manifests"],
        ["WalSets"] = ["Batches", "Compression", "Databases", "Findings", "Framing", "IO", "Manifests"],
        ["Recovery"] = ["Batches", "Blobs", "Coding", "Databases", "Findings", "Framing", "Manifests", "WalSets", "WideColumns"],
        ["Inspection"] =
        [
            "Batches", "Compression", "Databases", "Findings", "Framing", "IO", "Manifests", "Recovery", "Transactions", "WalSets",
        ],
        ["Writing"] = ["Batches", "Blobs", "Checksums", "Coding", "Compression", "Framing", "IO", "WideColumns"],
        ["Salvage"] =
        [
            "Batches", "Checksums", "Compression", "Databases", "Findings", "Framing", "Inspection", "IO", "Manifests", "Recovery",
            "WalSets", "Writing",
        ],
    };

    /// <summary>For each layer of the Kvrocks library, from the lowest to the highest, the layers that it may use.</summary>
    private static readonly Dictionary<string, string[]> Kvrocks = new()
    {
        ["Coding"] = [],
        ["Resp"] = [],
        ["Keys"] = ["Coding"],
        ["Elements"] = ["Coding"],
        ["ServerRecords"] = ["Coding", "Resp"],
        ["Metadata"] = ["Coding", "Elements", "Keys"],
        ["LogRecords"] = ["Metadata"],
        ["Items"] = ["Keys"],
        ["Decoding"] = ["Coding", "Elements", "Items", "Keys", "LogRecords", "Metadata", "ServerRecords"],
        ["Dataset"] = ["Coding", "Elements", "Keys", "Metadata"],
        ["Commands"] = ["Coding", "Dataset", "Elements", "Keys", "Metadata"],
        ["Rdb"] = ["Coding", "Dataset", "Elements", "Metadata"],
        ["Cluster"] = ["Commands", "Keys", "Resp"],
        ["Comparison"] = ["Cluster", "Coding", "Commands", "Dataset", "Elements", "Keys", "Metadata", "Resp"],
        ["Replay"] = ["Cluster", "Commands", "Dataset", "Items", "Keys", "LogRecords", "Metadata", "Resp"],
    };

    /// <summary>The folders of the tool that every command may use; the empty name is the namespace of the tool itself.</summary>
    private static readonly string[] SharedFolders = ["", "CommandLine", "Inputs", "Output", "Servers"];

    /// <summary>The pairs of command folders of which the first uses the second, each with the reason.</summary>
    private static readonly Dictionary<(string From, string To), string> CommandPairs = new()
    {
        [("Commands", "History")] = "commands --format aof derives times as history does",
        [("Compare", "Commands")] = "compare maps namespaces to databases as commands does",
        [("Diff", "Dump")] = "diff shows records with the writers of dump",
        [("Dump", "Transactions")] = "dump --committed assembles transactions",
        [("Gaps", "Inspection")] = "gaps, info and verify are reports on the same inspection",
        [("Info", "Inspection")] = "gaps, info and verify are reports on the same inspection",
        [("Keys", "Commands")] = "keys --format rdb has the same databases of namespaces",
        [("Replay", "Compare")] = "replay --verify compares as compare does",
        [("Replay", "Commands")] = "replay converts as commands does: the same databases of namespaces, the same notes",
        [("Salvage", "Inspection")] = "salvage shows the findings of the same inspection",
        [("Verify", "Inspection")] = "gaps, info and verify are reports on the same inspection",
    };

    private static readonly Lazy<IReadOnlyCollection<(string From, string To, string Example)>> Arrows = new(ReadArrows);

    [Fact]
    public void The_layers_of_the_library_use_only_layers_below_them() => Check("WalParser", Library);

    [Fact]
    public void The_layers_of_the_Kvrocks_library_use_only_layers_below_them() => Check("WalParser.Kvrocks", Kvrocks);

    [Fact]
    public void The_library_uses_neither_the_Kvrocks_library_nor_the_tool() =>
        Assert.DoesNotContain(Arrows.Value, arrow =>
            (ProjectOf(arrow.From) == "WalParser" && ProjectOf(arrow.To) != "WalParser")
            || (ProjectOf(arrow.From) == "WalParser.Kvrocks" && ProjectOf(arrow.To) == "WalParser.Tool"));

    [Fact]
    public void The_output_of_the_tool_uses_no_other_folder_of_the_tool() =>
        Assert.DoesNotContain(Arrows.Value, arrow =>
            arrow.From == "WalParser.Tool.Output" && ProjectOf(arrow.To) == "WalParser.Tool" && arrow.To != "WalParser.Tool");

    [Fact]
    public void The_commands_of_the_tool_use_no_other_command_except_the_listed_pairs()
    {
        IEnumerable<(string From, string To)> pairs = Arrows.Value
            .Where(arrow => ProjectOf(arrow.From) == "WalParser.Tool" && ProjectOf(arrow.To) == "WalParser.Tool")
            .Select(arrow => (From: LayerOf(arrow.From, "WalParser.Tool"), To: LayerOf(arrow.To, "WalParser.Tool")))
            .Where(pair => !SharedFolders.Contains(pair.From) && !SharedFolders.Contains(pair.To));
        Assert.Equal(CommandPairs.Keys.Order(), pairs.Order());
    }

    [Fact]
    public void The_inputs_of_the_tool_know_no_command() =>
        Assert.DoesNotContain(Arrows.Value, arrow =>
            arrow.From == "WalParser.Tool.Inputs"
            && ProjectOf(arrow.To) == "WalParser.Tool"
            && arrow.To is not ("WalParser.Tool" or "WalParser.Tool.Inputs" or "WalParser.Tool.Output"));

    private static void Check(string project, Dictionary<string, string[]> layers)
    {
        List<string> order = [.. layers.Keys];
        Assert.All(layers, layer => Assert.All(layer.Value, used => Assert.True(
            order.IndexOf(used) >= 0 && order.IndexOf(used) < order.IndexOf(layer.Key), $"{layer.Key} is above {used} in the table")));
        (string From, string To, string Example)[] arrows =
            [.. Arrows.Value.Where(arrow => ProjectOf(arrow.From) == project && ProjectOf(arrow.To) == project)];
        Assert.NotEmpty(arrows);
        Assert.DoesNotContain(arrows, arrow =>
            !layers.TryGetValue(LayerOf(arrow.From, project), out string[]? used) || !used.Contains(LayerOf(arrow.To, project)));
    }

    private static string ProjectOf(string layer) =>
        layer.StartsWith("WalParser.Kvrocks", StringComparison.Ordinal) ? "WalParser.Kvrocks"
        : layer.StartsWith("WalParser.Tool", StringComparison.Ordinal) ? "WalParser.Tool"
        : "WalParser";

    private static string LayerOf(string name, string project) => name[project.Length..].TrimStart('.');

    private static List<(string From, string To, string Example)> ReadArrows()
    {
        Architecture architecture = new ArchLoader()
            .LoadAssemblies(typeof(WalReader).Assembly, typeof(KvrocksColumnFamily).Assembly, typeof(WalParserCommand).Assembly)
            .Build();
        return
        [
            .. architecture.Types
                .SelectMany(type => type.Dependencies)
                .Select(dependency => (From: NamespaceOf(dependency.Origin), To: NamespaceOf(dependency.Target), dependency))
                .Where(arrow => arrow.From != arrow.To && IsOurs(arrow.From) && IsOurs(arrow.To))
                .GroupBy(arrow => (arrow.From, arrow.To))
                .Select(group => (
                    group.Key.From,
                    group.Key.To,
                    $"{group.First().dependency.Origin.FullName} uses {group.First().dependency.Target.FullName}")),
        ];
    }

    private static string NamespaceOf(IType type) => type.Namespace?.FullName ?? "";

    private static bool IsOurs(string name) => name == "WalParser" || name.StartsWith("WalParser.", StringComparison.Ordinal);
}
