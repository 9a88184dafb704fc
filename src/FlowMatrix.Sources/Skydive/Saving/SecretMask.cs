using System.Buffers.Text;
using System.Text;

namespace FlowMatrix.Sources.Skydive.Saving;

/// <summary>
/// Masks secrets in messages, in any encoding in which a server may echo them: plain, URL or form encoding, JSON, HTML
/// and C escapes, Base64 and hex, also several of these at once. A text is decoded layer by layer, and a secret found
/// in a layer is masked at its position in the original text. Thread-safe.
/// </summary>
internal sealed class SecretMask
{
    private const string Mask = "***";

    /// <summary>The number of nested encodings, for example a form in a log in a page.</summary>
    private const int MaxLayers = 3;

    /// <summary>A prefix of a secret is masked from this length if an ellipsis follows it.</summary>
    private const int MinPrefix = 3;

    /// <summary>
    /// The same before the end of a text or quotation, which may have been cut there; also at least two thirds of the
    /// secret.
    /// </summary>
    private const int MinLikelyPrefix = 6;

    /// <summary>Shorter secrets are matched with their case, since they may be common words.</summary>
    private const int MinLengthIgnoringCase = 6;

    /// <summary>Secrets up to this length occur in any message; they are masked only in quoted text.</summary>
    private const int TooShortForMessages = 3;

    /// <summary>The longest encoding of one byte: "&amp;#x00025;", a percent sign in HTML, in form encoding.</summary>
    private const int MaxEncodedByte = 24;

    /// <summary>"…" in UTF-8.</summary>
    private static ReadOnlySpan<byte> Ellipsis => [0xE2, 0x80, 0xA6];

    /// <summary>Whether the text before this rest may have been cut.</summary>
    private static bool MayBeCut(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty || rest[0] is (byte)'"' or (byte)'\'' || rest.StartsWith("..."u8);

    private volatile Secret[] _secrets = [];

    /// <summary>
    /// The maximal length of an encoded secret in bytes: the end of a cut text may hold a part of one.
    /// </summary>
    public int MaxEncodedLength =>
        _secrets.Length == 0 ? 0 : _secrets.Max(secret => secret.Canonical.Length) * MaxEncodedByte;

    public void Add(string secret)
    {
        var trimmed = secret.Trim();
        string[] whole = trimmed.Length > TooShortForMessages ? [secret, trimmed] : [secret];
        var more = whole.Where(text => text.Length > 0).SelectMany(FormsOf);
        _secrets =
        [
            .. _secrets
                .Concat(more)
                .DistinctBy(one => (Convert.ToHexString(one.Canonical), one.IgnoreCase))
                .OrderByDescending(one => one.Canonical.Length),
        ];
    }

    private static IEnumerable<Secret> FormsOf(string secret)
    {
        var utf8 = Encoding.UTF8.GetBytes(secret);
        var ignoreCase = secret.Length >= MinLengthIgnoringCase;

        // The comparison ignores the case of A to Z only; other letters are added in both cases.
        string[] cases = ignoreCase ? [secret, secret.ToLowerInvariant(), secret.ToUpperInvariant()] : [secret];
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
            .Select(bytes => new Secret(
                Canonical(ignoreCase ? ToLowerAscii(bytes) : bytes),
                secret.Length,
                ignoreCase
            ));
    }

    /// <summary>Masks secrets in text that comes from outside and is quoted in a message.</summary>
    public string InQuote(string text) => Apply(text, _ => true);

    /// <summary>
    /// Masks secrets in a whole message. Names of options are kept (the password may be "password"), and so are matches
    /// of very short secrets.
    /// </summary>
    public string InMessage(string text) =>
        Apply(
            text,
            secret => secret.Length > TooShortForMessages,
            at => at >= 2 && text[at - 1] == '-' && text[at - 2] == '-'
        );

    private string Apply(string text, Func<Secret, bool> applies, Func<int, bool>? isExempt = null)
    {
        var secrets = _secrets.Where(applies).ToList();
        if (secrets.Count == 0 || text.Length == 0)
        {
            return text;
        }

        var hidden = new bool[text.Length];
        return Hide(Layer.Parse(text), MaxLayers) ? Replace(text, hidden) : text;

        // Each layer decodes one kind of escape: the secret may contain what looks like an escape of another kind.
        bool Hide(Layer layer, int more)
        {
            var found = false;
            foreach (var secret in secrets)
            {
                found |= layer.Hide(secret, hidden, isExempt);
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

    private static string Replace(string text, bool[] hidden)
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

    private static byte[] ToLowerAscii(byte[] bytes)
    {
        var lower = new byte[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            lower[i] = bytes[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(bytes[i] | 0x20) : bytes[i];
        }

        return lower;
    }

    /// <summary>Replaces + by a space, since form encoding writes a space as +.</summary>
    private static byte[] Canonical(byte[] bytes)
    {
        bytes.AsSpan().Replace((byte)'+', (byte)' ');
        return bytes;
    }

    /// <param name="Canonical">One encoding of the secret, with spaces for +.</param>
    /// <param name="Length">The length of the secret in characters.</param>
    /// <param name="IgnoreCase">
    /// Whether it is matched in any case; <paramref name="Canonical"/> is then lower case.
    /// </param>
    private sealed record Secret(byte[] Canonical, int Length, bool IgnoreCase);

    /// <summary>A text after some steps of decoding.</summary>
    /// <param name="Bytes">The text in UTF-8, with spaces for +.</param>
    /// <param name="Starts">For each byte, where its encoding starts in the original text.</param>
    /// <param name="Ends">For each byte, where its encoding ends in the original text.</param>
    private sealed record Layer(byte[] Bytes, int[] Starts, int[] Ends)
    {
        private readonly byte[] _lower = ToLowerAscii(Bytes);

        public static Layer Parse(string text)
        {
            var layer = new Builder(text.Length);
            Span<byte> utf8 = stackalloc byte[4];
            var at = 0;
            while (at < text.Length)
            {
                // An unpaired surrogate becomes U+FFFD.
                Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var taken);
                layer.Add(utf8[..rune.EncodeToUtf8(utf8)], at, at + taken);
                at += taken;
            }

            return layer.Build();
        }

        public bool Hide(Secret secret, bool[] hidden, Func<int, bool>? isExempt)
        {
            var (found, form) = (false, secret.Canonical);
            var bytes = secret.IgnoreCase ? _lower : Bytes;
            for (var from = 0; bytes.AsSpan(from).IndexOf(form) is >= 0 and var at; from += at + 1)
            {
                found |= Hide(Starts[from + at], Ends[from + at + form.Length - 1], hidden, isExempt);
            }

            return found | HideCut(form, bytes, hidden, isExempt);
        }

        private static bool Hide(int start, int end, bool[] hidden, Func<int, bool>? isExempt)
        {
            var applies = isExempt is null || !isExempt(start);
            if (applies)
            {
                hidden.AsSpan(start..end).Fill(true);
            }

            return applies;
        }

        /// <summary>
        /// Hides a prefix of a secret where the text was or may have been cut, possibly within an escape.
        /// </summary>
        private bool HideCut(byte[] secret, byte[] bytes, bool[] hidden, Func<int, bool>? isExempt)
        {
            var found = false;
            var likely = Math.Max(MinLikelyPrefix, ((secret.Length * 2) + 2) / 3);
            for (var cut = MinPrefix; cut <= bytes.Length; cut++)
            {
                var rest = bytes.AsSpan(cut);
                var shortest =
                    rest.StartsWith(Ellipsis) ? MinPrefix
                    : MayBeCut(rest) ? likely
                    : secret.Length;
                for (var escape = 0; shortest < secret.Length && escape <= Math.Min(MaxEncodedByte, cut); escape++)
                {
                    if (escape > 0 && !IsEscapeStart(bytes.AsSpan(cut - escape, escape)))
                    {
                        continue;
                    }

                    var end = cut - escape;
                    for (var length = Math.Min(secret.Length - 1, end); length >= shortest; length--)
                    {
                        if (bytes.AsSpan(end - length, length).SequenceEqual(secret.AsSpan(0, length)))
                        {
                            found |= Hide(Starts[end - length], Ends[cut - 1], hidden, isExempt);
                            break;
                        }
                    }
                }
            }

            return found;
        }

        private static bool IsEscapeStart(ReadOnlySpan<byte> text)
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

        /// <summary>Decodes all escapes of one kind; null if there are none.</summary>
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
