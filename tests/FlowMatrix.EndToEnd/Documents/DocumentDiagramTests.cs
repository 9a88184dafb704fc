using FlowMatrix.EndToEnd.Page;

namespace FlowMatrix.EndToEnd.Documents;

/// <summary>Mermaid reads the diagrams of the documents; eng/fetch-test-tools.sh fetches it.</summary>
[Trait("Needs", "Chromium")]
public sealed class DocumentDiagramTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task Mermaid_draws_the_diagrams()
    {
        var diagrams = Document
            .Manual.SelectMany(document => document.Blocks())
            .Where(block => block.Language == "mermaid")
            .ToList();
        Assert.NotEmpty(diagrams);
        var page = await browser.BlankAsync();
        await page.AddScriptTagAsync(new() { Path = Browser.TestTool("mermaid/dist/mermaid.min.js") });

        foreach (var diagram in diagrams)
        {
            var drawn = await page.EvaluateAsync<string>(
                """
                async text => {
                  mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
                  await mermaid.parse(text);
                  return (await mermaid.render('drawn', text)).svg;
                }
                """,
                diagram.Text
            );

            Assert.Contains("<svg", drawn);
        }

        await page.CloseAsync();
    }
}
