using System.Diagnostics.CodeAnalysis;
using FlowMatrix.Core.Interning;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Net;

namespace FlowMatrix.Core.Views.Filters;

/// <summary>The protocol, which both ends use.</summary>
internal sealed class ProtocolField : ComparedField<Protocol>
{
    public override bool HasEnds => false;

    public override int AtService(in Row row) => (int)row.Protocol;

    protected override bool TryParse(string text, out Protocol value, [NotNullWhen(false)] out string? problem)
    {
        // Enum.TryParse also takes numbers.
        var isProtocol = char.IsAsciiLetter(text[0]) & Enum.TryParse(text, ignoreCase: true, out value);
        problem = isProtocol ? null : $"\"{text}\" is not a valid protocol (tcp, udp, sctp)";
        return isProtocol;
    }

    protected override bool Matches(Protocol value, int number, IdTables ids, IReadOnlySet<int> networkHosts) =>
        (int)value == number;
}
