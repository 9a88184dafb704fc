using System.Xml.Linq;
using FlowMatrix.Testing;

namespace FlowMatrix.EndToEnd.Documents;

/// <summary>THIRD-PARTY-NOTICES.txt lists everything that the packages contain.</summary>
public sealed class NoticesTests
{
    private static readonly string Notices = File.ReadAllText(Repository.PathOf("THIRD-PARTY-NOTICES.txt"));

    [Fact]
    public void The_notices_name_every_package_of_the_tool()
    {
        var packages = Directory
            .GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => XDocument.Load(project).Descendants("PackageReference"))
            .Where(package => package.Attribute("PrivateAssets") is null)
            .Select(package => package.Attribute("Include")!.Value)
            .Distinct()
            .ToList();

        Assert.Contains("YamlDotNet", packages);
        Assert.All(packages, package => Assert.Contains(package, Notices, StringComparison.Ordinal));
    }

    [Fact]
    public void The_notices_contain_the_licences_of_the_page_libraries() =>
        Assert.Contains(
            File.ReadAllText(Repository.PathOf("src/FlowMatrix.Output/Html/Web/lib/LICENSES.txt")).Trim(),
            Notices,
            StringComparison.Ordinal
        );
}
