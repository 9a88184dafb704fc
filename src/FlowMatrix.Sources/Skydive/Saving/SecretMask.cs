using System.Buffers.Text;
using System.Text;

namespace FlowMatrix.Sources.Skydive.Saving;

/// <summary>
/// Keeps secrets out of messages, in whatever encoding somebody says them back: as they are, as a URL or a form has
/// them (any case of the digits, + for a space), as JSON, HTML and C escape them, in Base64 and hex, and in several of
/// these at once. A text is decoded step by step, and what a secret was found in is masked where it stands. Safe from
/// several threads.
/// </summary>
internal sealed class SecretMask
{
    private const string Mask = "***";

    /// <summary>A form in a log in a page: nobody encodes more often.</summary>
    private const int Layers = 3;

    /// <summary>So much of a secret at least is masked where a text was shortened.</summary>
    private const int ShortestBeginning = 3;

    /// <summary>
    /// So much, and two thirds of it, where a text may have been shortened: it ends, or a quotation does.
    /// </summary>
    private const int LikelyBeginning = 6;

    /// <summary>Shorter secrets differ from common words by their case.</summary>
    private const int ShortestInAnyCase = 6;

    /// <summary>Texts as short as that are in every message; they are masked in quotes only.</summary>
    private const int TooShortForMessages = 3;

    /// <summary>Of one byte: "&amp;#x00025;", a percent sign in HTML that a form encoded.</summary>
    private const int LongestByte = 24;

    /// <summary>What stands where a text was shortened: "…".</summary>
    private static ReadOnlySpan<byte> Shortened => [0xE2, 0x80, 0xA6];

    /// <summary>What may stand where a text was shortened, besides its end.</summary>
    private static bool MayBeCut(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty || rest[0] is (byte)'"' or (byte)'\'' || rest.StartsWith("..."u8);

    private volatile Secret[] _secrets = [];

    /// <summary>
    /// The most bytes that an encoded secret takes: so much at the end of a cut text may be the beginning of one.
    /// </summary>
    public int LongestForm => _secrets.Length == 0 ? 0 : _secrets.Max(secret => secret.Canonical.Length) * LongestByte;

    public void Add(string secret)
    {
        var trimmed = secret.Trim();
        string[] whole = trimmed.Length > TooShortForMessages ? [secret, trimmed] : [secret];
        var more = whole.Where(text => text.Length > 0).SelectMany(FormsOf);
        _secrets =
        [
            .. _secrets
                .Concat(more)
                .DistinctBy(one => (Convert.ToHexString(one.Canonical), one.InAnyCase))
                .OrderByDescending(one => one.Canonical.Length),
        ];
    }

    private static IEnumerable<Secret> FormsOf(string secret)
    {
        var utf8 = Encoding.UTF8.GetBytes(secret);
        var inAnyCase = secret.Length >= ShortestInAnyCase;

        // The bytes are compared in any case of A to Z: other letters have theirs here.
        string[] cases = inAnyCase ? [secret, secret.ToLowerInvariant(), secret.ToUpperInvariant()] : [secret];
        return cases
            .SelectMany(text => new[] { Encoding.UTF8.GetBytes(text), Encoding.Latin1.GetBytes(text) })
            .Concat(
                new[]
                {
                    Convert.ToBase64String(utf8),
                    Convert.ToBase64String(utf8).TrimEnd('='),
                    Base64Url.EncodeToString(utf8),
                    Convert.ToHexString(utf8),
                    Convert.ToHexStringLower(utf8),
                }.Select(Encoding.ASCII.GetBytes)
            )
            .Select(bytes => new Secret(Canonical(inAnyCase ? InLowerCase(bytes) : bytes), secret.Length, inAnyCase));
    }

    /// <summary>A text that somebody else wrote.</summary>
    public string InQuote(string text) => Apply(text, _ => true);

    /// <summary>
    /// A whole message of ours. An option is called --password whatever the password is, and a secret of a few letters
    /// is in all messages.
    /// </summary>
    public string InMessage(string text) =>
        Apply(
            text,
            secret => secret.Length > TooShortForMessages,
            at => at >= 2 && text[at - 1] == '-' && text[at - 2] == '-'
        );

    private string Apply(string text, Func<Secret, bool> isMeant, Func<int, bool>? isOurs = null)
    {
        var secrets = _secrets.Where(isMeant).ToList();
        if (secrets.Count == 0 || text.Length == 0)
        {
            return text;
        }

        var hidden = new bool[text.Length];
        return Hide(Layer.Parse(text), Layers) ? Masked(text, hidden) : text;

        // One kind of escape at a time: the secret itself may hold what looks like one of another kind.
        bool Hide(Layer layer, int more)
        {
            var found = false;
            foreach (var secret in secrets)
            {
                found |= layer.Hide(secret, hidden, isOurs);
            }

            foreach (var kind in more == 0 ? "" : EscapedText.Kinds)
            {
                if (layer.Decode((byte)kind) is { } decoded)
                {
                    found |= Hide(decoded, more - 1);
                }
            }

            return found;
        }
    }

    private static string Masked(string text, bool[] hidden)
    {
        var masked = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (!hidden[at])
            {
                masked.Append(text[at]);
            }
            else if (at == 0 || !hidden[at - 1])
            {
                masked.Append(Mask);
            }
        }

        return masked.ToString();
    }

    private static byte[] InLowerCase(byte[] bytes)
    {
        var lower = new byte[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            lower[i] = bytes[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(bytes[i] | 0x20) : bytes[i];
        }

        return lower;
    }

    /// <summary>A form has + for a space: here both are one.</summary>
    private static byte[] Canonical(byte[] bytes)
    {
        bytes.AsSpan().Replace((byte)'+', (byte)' ');
        return bytes;
    }

    /// <param name="Length">Of what it is a form of, in characters.</param>
    /// <param name="InAnyCase">It is in lower case, and is looked for in any.</param>
    private sealed record Secret(byte[] Canonical, int Length, bool InAnyCase);

    /// <summary>A text that was decoded a number of times.</summary>
    /// <param name="Bytes">As UTF-8, canonical.</param>
    /// <param name="Starts">Where in the text each byte began.</param>
    /// <param name="Ends">Where the byte's part of the text ended.</param>
    private sealed record Layer(byte[] Bytes, int[] Starts, int[] Ends)
    {
        private readonly byte[] _lower = InLowerCase(Bytes);

        public static Layer Parse(string text)
        {
            var layer = new Builder(text.Length);
            Span<byte> utf8 = stackalloc byte[4];
            var at = 0;
            while (at < text.Length)
            {
                // A lone surrogate becomes U+FFFD.
                Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var taken);
                layer.Add(utf8[..rune.EncodeToUtf8(utf8)], at, at + taken);
                at += taken;
            }

            return layer.Build();
        }

        public bool Hide(Secret secret, bool[] hidden, Func<int, bool>? isOurs)
        {
            var (found, form) = (false, secret.Canonical);
            var bytes = secret.InAnyCase ? _lower : Bytes;
            for (var from = 0; bytes.AsSpan(from).IndexOf(form) is >= 0 and var at; from += at + 1)
            {
                found |= Hide(Starts[from + at], Ends[from + at + form.Length - 1], hidden, isOurs);
            }

            return found | HideCut(form, bytes, hidden, isOurs);
        }

        private static bool Hide(int start, int end, bool[] hidden, Func<int, bool>? isOurs)
        {
            var isMeant = isOurs is null || !isOurs(start);
            if (isMeant)
            {
                hidden.AsSpan(start..end).Fill(true);
            }

            return isMeant;
        }

        /// <summary>
        /// The beginning of a secret where the text was or may have been shortened, maybe in the middle of an escape.
        /// </summary>
        private bool HideCut(byte[] secret, byte[] bytes, bool[] hidden, Func<int, bool>? isOurs)
        {
            var found = false;
            var likely = Math.Max(LikelyBeginning, ((secret.Length * 2) + 2) / 3);
            for (var cut = ShortestBeginning; cut <= bytes.Length; cut++)
            {
                var rest = bytes.AsSpan(cut);
                var shortest =
                    rest.StartsWith(Shortened) ? ShortestBeginning
                    : MayBeCut(rest) ? likely
                    : secret.Length;
                for (var escape = 0; shortest < secret.Length && escape <= Math.Min(LongestByte, cut); escape++)
                {
                    if (escape > 0 && !IsBegunEscape(bytes.AsSpan(cut - escape, escape)))
                    {
                        continue;
                    }

                    var end = cut - escape;
                    for (var length = Math.Min(secret.Length - 1, end); length >= shortest; length--)
                    {
                        if (bytes.AsSpan(end - length, length).SequenceEqual(secret.AsSpan(0, length)))
                        {
                            found |= Hide(Starts[end - length], Ends[cut - 1], hidden, isOurs);
                            break;
                        }
                    }
                }
            }

            return found;
        }

        private static bool IsBegunEscape(ReadOnlySpan<byte> text)
        {
            if (!EscapedText.Kinds.Contains((char)text[0], StringComparison.Ordinal))
            {
                return false;
            }

            var rest = text[1..];
            rest = rest.StartsWith("#"u8) ? rest[1..] : rest;
            foreach (var one in rest)
            {
                if (!char.IsAsciiLetterOrDigit((char)one))
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>All that is escaped in one way; null where nothing is.</summary>
        public Layer? Decode(byte kind)
        {
            var decoded = new Builder(Bytes.Length);
            var any = false;
            Span<byte> utf8 = stackalloc byte[8];
            var at = 0;
            while (at < Bytes.Length)
            {
                if (Bytes[at] == kind && EscapedText.TryDecode(Bytes.AsSpan(at), utf8, out var count, out var taken))
                {
                    decoded.Add(utf8[..count], Starts[at], Ends[at + taken - 1]);
                    any = true;
                }
                else
                {
                    (taken, utf8[0]) = (1, Bytes[at]);
                    decoded.Add(utf8[..1], Starts[at], Ends[at]);
                }

                at += taken;
            }

            return any ? decoded.Build() : null;
        }
    }

    private sealed class Builder(int capacity)
    {
        private readonly List<byte> _bytes = new(capacity);
        private readonly List<int> _starts = new(capacity);
        private readonly List<int> _ends = new(capacity);

        public void Add(ReadOnlySpan<byte> bytes, int start, int end)
        {
            foreach (var one in bytes)
            {
                _bytes.Add(one);
                _starts.Add(start);
                _ends.Add(end);
            }
        }

        public Layer Build() => new(Canonical([.. _bytes]), [.. _starts], [.. _ends]);
    }
}
