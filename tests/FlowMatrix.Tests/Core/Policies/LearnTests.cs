using System.Text;
using CsCheck;
using FlowMatrix.Core.Model;
using FlowMatrix.Core.Policies;
using FlowMatrix.Output.Policies;
using FlowMatrix.Sources.Policies;
using FlowMatrix.Testing;
using FlowMatrix.Testing.Estates;
using FlowMatrix.Testing.Skydive;

namespace FlowMatrix.Tests.Core.Policies;

/// <summary>`flowmatrix check --learn`, which drafts a policy.</summary>
public sealed class LearnTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_draft_allows_the_matrix_that_it_was_made_from() =>
        Gen.Int.Sample(
            seed =>
            {
                AssertDraftPasses(EstateGenerator.Nasty(seed).Match());
                AssertDraftPasses(EstateGenerator.Realistic(seed).Match());
            },
            iter: 300,
            threads: 1
        );

    [Fact]
    public void A_draft_works_with_hostile_names_of_hosts_and_processes() => AssertDraftPasses(HostileEstate.Matrix);

    [Fact]
    public async Task A_draft_has_one_rule_per_service()
    {
        var draft = await Run.WithAsync("check", "-i", Sample.Estate, "--learn");

        Assert.Equal(
            12,
            draft.Succeeded().Lines.Count(line => line.StartsWith("  - reason: ", StringComparison.Ordinal))
        );
        Assert.Contains(
            """
                to-port: 3306
                to-process: mariadbd
                to-host: vm-1
                from-process: [cinder-schedule, cinder-volume, neutron-server, nova-scheduler, uwsgi]
                from-host: vm-1
            """,
            draft.Text
        );
    }

    [Fact]
    public async Task Active_filters_are_reported_with_the_number_of_drafted_rows()
    {
        var draft = await Run.WithAsync("check", "-i", Sample.Estate, "--learn", "--to-port", "3306");

        Assert.Equal("flowmatrix: filters are on (--to-port 3306): 5 of 29 rows are in the draft\n", draft.Error);
        Assert.Contains("to-port: 3306", draft.Text);
    }

    [Fact]
    public void Replicas_become_a_pattern_only_if_it_matches_no_other_host()
    {
        const string Header =
            "protocol,service_host,service_address,service_port,service_path,service_name,"
            + "client_host,client_address,client_path,client_name\n";
        var rows = string.Concat(
            Enumerable.Range(1, 4).Select(i => $"TCP,db,10.0.0.1,3306,,mysqld,web-{i},10.0.1.{i},,php\n")
        );
        const string OtherReplica = "TCP,db,10.0.0.1,22,,sshd,web-9,10.0.1.9,,ssh\n";

        Assert.Contains(
            "from-host: \"web-*\"",
            Draft(rows).Replace("web-*\n", "\"web-*\"\n", StringComparison.Ordinal)
        );
        Assert.Contains("from-host: [web-1, web-2, web-3, web-4]", Draft(rows + OtherReplica));

        string Draft(string csv) =>
            PolicyDraft.Write(
                new FlowMatrix.Sources.Rows.CsvMatrixReader("test", _ => { }).Read(
                    new MemoryStream(Encoding.UTF8.GetBytes(Header + csv)),
                    CancellationToken.None
                )
            );
    }

    [Fact]
    public async Task The_schema_accepts_drafts_and_the_sample_but_no_unknown_keys()
    {
        var schema = (await Run.WithAsync("check", "--schema")).Succeeded().Text;
        var draft = _folder.PathOf("draft.yaml");
        await Run.WithAsync("check", "-i", Sample.Estate, "--learn", "-o", draft);

        Assert.True(await Schemas.IsValidAsync(schema, draft));
        Assert.True(
            await Schemas.IsValidAsync(schema, Path.Combine(AppContext.BaseDirectory, "samples", "flows.yaml"))
        );
        Assert.False(
            await Schemas.IsValidAsync(schema, _folder.Write("a.yaml", "allow:\n  - reason: x\n    to-prt: 3\n"))
        );
        Assert.False(await Schemas.IsValidAsync(schema, _folder.Write("b.yaml", "allow:\n  - to-port: 3\n")));
        Assert.False(await Schemas.IsValidAsync(schema, _folder.Write("c.yaml", "deny: []\n")));
        Assert.False(
            await Schemas.IsValidAsync(schema, _folder.Write("d.yaml", "allow:\n  - reason: x\n    loopback: maybe\n"))
        );
    }

    private void AssertDraftPasses(Matrix matrix)
    {
        var policy = PolicyFile.Read(_folder.Write("draft.yaml", PolicyDraft.Write(matrix)));

        var result = PolicyCheck.Run(policy, matrix, new DateOnly(2026, 1, 1));

        Assert.Empty(result.Unallowed);
        Assert.All(result.Rules, rule => Assert.Equal(RuleState.Met, rule.State));
    }
}
