using FlowMatrix.Tables;

namespace FlowMatrix.Matrices;

/// <summary>
/// Decides whether rows pass the conditions of a filter. Each distinct host, process and address is held against a term
/// once; a row then costs a look into a table a term.
/// </summary>
internal sealed class RowTests
{
    private readonly Stage[] _stages;

    /// <param name="networkHosts">Those hosts that are names of networks.</param>
    public RowTests(Filter filter, Vocabulary vocabulary, IReadOnlySet<int> networkHosts) =>
        _stages =
        [
            .. filter.Stages().Select(stage => new Stage(
                stage.Terms[0].Not, [.. stage.Terms.Select(term => new Test(term, vocabulary, networkHosts))])),
        ];

    /// <param name="via">Other addresses of the service.</param>
    /// <returns>The number of the first condition that the row doesn't pass, or -1.</returns>
    public int FirstFailed(in Row row, IReadOnlyList<int> via)
    {
        for (var i = 0; i < _stages.Length; i++)
        {
            var any = false;
            foreach (var test in _stages[i].Tests)
            {
                any |= test.IsTrue(row, via);
            }

            if (any == _stages[i].Not)
            {
                return i;
            }
        }

        return -1;
    }

    public bool Passes(in Row row, IReadOnlyList<int> via) => FirstFailed(row, via) < 0;

    private readonly record struct Stage(bool Not, Test[] Tests);

    private sealed class Test
    {
        private readonly FilterTerm _term;
        private readonly Func<int, bool> _ofNumber;

        /// <summary>Of each number: 0 not yet asked, 1 true, 2 false.</summary>
        private byte[] _answers = new byte[64];

        public Test(FilterTerm term, Vocabulary vocabulary, IReadOnlySet<int> networkHosts)
        {
            var (hosts, addresses) = (vocabulary.Hosts, vocabulary.Addresses);
            _term = term;
            _ofNumber = term.Field switch
            {
                FilterField.Host => host => host != 0 && term.Globs.Any(glob => glob.Matches(hosts[host])),
                FilterField.Process => process => ProcessIs(term, vocabulary.Processes, process),
                FilterField.Address => address =>
                    address != 0 && term.Networks.Any(network => network.Contains(addresses[address])),
                FilterField.Family => address => address != 0 && addresses[address].IsV4 == term.IsV4,
                FilterField.Loopback => address => addresses[address].IsLoopback,
                FilterField.External => host => host == 0 || networkHosts.Contains(host),
                _ => _ => throw new InvalidOperationException($"{term.Field} is asked of the row"),
            };
        }

        public bool IsTrue(in Row row, IReadOnlyList<int> via) => _term.Field switch
        {
            FilterField.Protocol => _term.Protocols.Contains(row.Protocol),
            FilterField.Port => _term.Ports!.Contains(row.ServicePort),
            FilterField.Host or FilterField.External => AtEnd(row.ServiceHost, row.ClientHost),
            FilterField.Process => AtEnd(row.ServiceProcess, row.ClientProcess),
            FilterField.Address => AtEnd(row.ServiceAddress, row.ClientAddress)
                || (via.Count > 0 && _term.End != RowEnd.Client && via.Any(Of)),
            _ => AtEnd(row.ServiceAddress, row.ClientAddress),
        };

        private bool AtEnd(int service, int client) =>
            (_term.End != RowEnd.Client && Of(service)) || (_term.End != RowEnd.Service && Of(client));

        private bool Of(int number)
        {
            if (number >= _answers.Length)
            {
                Array.Resize(ref _answers, Math.Max(number + 1, _answers.Length * 2));
            }

            ref var answer = ref _answers[number];
            if (answer == 0)
            {
                answer = _ofNumber(number) ? (byte)1 : (byte)2;
            }

            return answer == 1;
        }

        /// <summary>By name, which the kernel cuts to 15 characters; a pattern with a slash also by path.</summary>
        private static bool ProcessIs(FilterTerm term, ProcessTable processes, int process)
        {
            var (name, path) = (processes.Name(process), processes.Path(process));
            return term.Globs.Any(glob =>
                (name.Length > 0 && glob.Matches(name))
                || (path.Length > 0 && glob.Pattern.Contains('/', StringComparison.Ordinal) && glob.Matches(path)));
        }
    }
}
