using System.Globalization;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Cluster;

/// <summary>What the replies to a transaction, or to one command, say about where it belongs.</summary>
internal enum ClusterAnswerKind
{
    /// <summary>The node has answered for itself: the command was carried out, or it was refused.</summary>
    Final,

    /// <summary>Another node serves the slot (MOVED). Nothing was carried out.</summary>
    Moved,

    /// <summary>The slot is being moved, or the cluster cannot serve it at the moment. Nothing was carried out.</summary>
    NotNow,

    /// <summary>The connection was lost: it is not known whether the commands were carried out.</summary>
    Lost,
}

/// <summary>What replies say, the words of the server, and the node that MOVED or ASK names.</summary>
internal readonly record struct ClusterAnswer(ClusterAnswerKind Kind, string Words = "", ClusterNode? Target = null)
{
    /// <summary>
    /// The errors after which the same command succeeds later, besides ASK. ASK and TRYAGAIN end when the slot has been moved: a
    /// transaction of several keys, of which some are not there, is carried out by neither node until then.
    /// </summary>
    private static readonly string[] Passing = ["TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "READONLY"];

    public static ClusterAnswer Final => new(ClusterAnswerKind.Final);

    /// <summary>Returns what the reply to a command that is not in a transaction says.</summary>
    public static ClusterAnswer Of(in RespValue reply, ClusterNode asked)
    {
        if (!reply.IsError)
        {
            return Final;
        }

        string text = reply.Text;
        return text.StartsWith("MOVED ", StringComparison.Ordinal) ? new ClusterAnswer(ClusterAnswerKind.Moved, text, TargetOf(text, asked))
            : text.StartsWith("ASK ", StringComparison.Ordinal) ? new ClusterAnswer(ClusterAnswerKind.NotNow, text, TargetOf(text, asked))
            : Array.Exists(Passing, start => text.StartsWith(start, StringComparison.Ordinal))
                ? new ClusterAnswer(ClusterAnswerKind.NotNow, text)
            : Final;
    }

    /// <summary>
    /// Returns what the replies to a transaction say. A server that refuses a command of a transaction does not execute it; if it has
    /// executed it nevertheless, the replies are final.
    /// </summary>
    public static ClusterAnswer Of(ReadOnlySpan<RespValue> replies, ClusterNode asked)
    {
        bool isExecuted = replies.Length > 1 && replies[^1].Kind == RespKind.Array;
        bool isApart = replies.Length > 1 && replies[0].IsError && HasCarriedOut(replies[1..]);
        if (isExecuted || isApart)
        {
            // Apart: MULTI was refused, and a command after it was not, so that it was carried out on its own.
            return Final;
        }

        foreach (RespValue reply in replies)
        {
            if (Of(reply, asked) is { Kind: not ClusterAnswerKind.Final } answer)
            {
                return answer;
            }
        }

        return Final;
    }

    private static bool HasCarriedOut(ReadOnlySpan<RespValue> replies)
    {
        foreach (RespValue reply in replies)
        {
            if (!reply.IsError)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads <c>MOVED slot host:port</c>, or ASK; the host may be missing, which is that of the node that was asked.</summary>
    private static ClusterNode? TargetOf(string text, ClusterNode asked)
    {
        string address = text[(text.LastIndexOf(' ') + 1)..];
        int colon = address.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return null;
        }

        string host = colon == 0 ? asked.Host : address[..colon];
        return port > 0 && ClusterNode.IsHost(host) ? new ClusterNode(host, port) : null;
    }
}
