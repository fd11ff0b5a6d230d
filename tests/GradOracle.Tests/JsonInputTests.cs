using System.Text;
using CsCheck;
using GradOracle.Cases;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.Reports;
using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>Files that are JSON and yet no text: one sentence from every reader.</summary>
public sealed class JsonInputTests
{
    private static readonly string s_half = """
        "\ud800"
        """.Trim();

    private string _file = "";

    [SetUp]
    public void CreateFile() => _file = Path.GetTempFileName();

    [TearDown]
    public void DeleteFile() => File.Delete(_file);

    private static IEnumerable<string> Texts() =>
    [
        $"{{ {s_half}: 1 }}", $"{{ \"schema\": {s_half} }}", $"{{ \"network\": {s_half} }}", $"{{ \"tensors\": {{ {s_half}: [] }} }}", $"[{s_half}]", s_half,
        $"{{ \"schema\": \"gradoracle-report/1\", \"title\": {s_half} }}",
        $"{{ \"schema\": \"gradoracle-report/1\", \"cases\": [{{ {s_half}: 1, {s_half}: 2 }}] }}",
    ];

    [TestCaseSource(nameof(Texts))]
    public void Half_of_a_surrogate_pair_is_refused_in_a_sentence_by_every_reader(string text)
    {
        File.WriteAllText(_file, text);
        Action[] readers = [() => CaseFile.Read(_file, Catalog.Networks), () => JsonReport.Read(_file), () => FixtureText.Read("a.verified.json", Encoding.UTF8.GetBytes(text), Catalog.Networks)];

        foreach (var read in readers)
        {
            Assert.That(
                () => read(),
                Throws.TypeOf<BadInputException>().With.Message.Contains(
                    "half of a surrogate pair, which is not text"));
        }
    }

    [Test]
    public void Any_token_in_any_place_gives_a_sentence_and_no_other_exception()
    {
        string[] tokens = ["{", "}", "[", "]", ":", ",", "1", "-0", "1e999", "null", "true", s_half, "\"\\udc00\\ud800\"", "\"schema\"", "\"gradoracle-report/1\"", "\"cases\"", "\"\"", " "];
        Gen.OneOf([.. tokens.Select(Gen.Const)]).Array[0, 24].Select(string.Concat).Sample(
            text =>
            {
                foreach (var whole in new[] { text, $"{{{text}}}", $"{{\"schema\":\"gradoracle-report/1\",\"title\":{text}}}" })
                {
                    try
                    {
                        using var input = JsonInput.Parse("file", Encoding.UTF8.GetBytes(whole));
                        input.RequireKeys("the file", input.Root, ["schema"]);
                    }
                    catch (BadInputException clear)
                    {
                        Assert.That(clear.Message, Does.EndWith("."));
                    }
                }
            },
            iter: 3000);
    }

    [Test]
    public void A_name_of_a_megabyte_is_refused_and_compared_with_nothing()
    {
        File.WriteAllText(
            _file,
            $$"""{ "network": "{{new string('x', 1 << 20)}}", "loss": "projection", "shape": {}, "tensors": {} }""");

        Assert.That(
            () => CaseFile.Read(_file, Catalog.Networks),
            Throws.TypeOf<BadInputException>().With.Message.EndsWith(
                "\"network\" is longer than 1000 characters, which no name is."));
    }
}
