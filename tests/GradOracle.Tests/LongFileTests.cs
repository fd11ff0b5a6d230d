using NUnit.Framework;

namespace GradOracle.Tests;

/// <summary>A file is one idea: where it has more lines than can be looked over it is cut, or has a reason.</summary>
[Category("Quick")]
[Parallelizable]
public sealed class LongFileTests
{
    private const int MostLines = 200;
    private const string List = "a list, one after the other";
    private const string OneDerivation = "one derivation, to be read from top to bottom";
    private const string OneSearch = "one search, each of its kinds a few lines";

    private static readonly Dictionary<string, string> s_reasons = new()
    {
        ["GradOracle.Gallery/Mistakes/MistakeCatalog.cs"] = List,
        ["GradOracle.Gallery/Cookbook/Recurrent/GruApart.cs"] = OneDerivation,
        ["GradOracle.Gallery/Cookbook/Recurrent/BidirectionalRnn.cs"] = OneDerivation,
        ["GradOracle/Networks/Network.cs"] = "public, and half of it documentation",
        ["GradOracle/Networks/Scenario.cs"] = "all that follows from a network, a loss and a shape, a line each",
        ["GradOracle/Networks/TorchCode/TorchStatement.cs"] = "what is asked of TorchSharp code, which all takes one call",
        ["GradOracle/Diagnoses/BackwardPass.cs"] = "what is asked of a backward pass, a few lines each",
        ["GradOracle/Diagnoses/BackwardPass.Places.cs"] = "what is asked of its places, a few lines each",
        ["GradOracle/Diagnoses/FormulaFit.cs"] = OneSearch,
        ["GradOracle/Diagnoses/FormulaSum.cs"] = OneSearch,
        ["GradOracle/Diagnoses/FormulaTerms.cs"] = OneSearch,
        ["GradOracle/Diagnoses/PassEdits.cs"] = OneSearch,
        ["GradOracle/Diagnoses/SlipEdits.cs"] = OneSearch,
        ["GradOracle/Diagnoses/TensorEdits.cs"] = OneSearch,
        ["GradOracle/Diagnoses/Thresholds.cs"] = OneSearch,
    };

    [Test]
    public void Every_file_is_short_or_has_a_reason()
    {
        var source = Path.Combine(Repository.Root, "src");
        string Name(string file) => Path.GetRelativePath(source, file).Replace('\\', '/');
        bool IsBuilt(string file) => Name(file).Split('/') is var parts && (parts.Contains("obj") || parts.Contains("bin"));
        var isLong = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !IsBuilt(file) && File.ReadLines(file).Count() > MostLines)
            .Select(Name);

        Assert.That(isLong, Is.EquivalentTo(s_reasons.Keys), "cut it, or say here why it is long");
    }
}
