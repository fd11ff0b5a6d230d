using System.Globalization;
using GradOracle.Gallery;

namespace GradOracle.Cli;

/// <summary>The page src/docs/cookbook.md: every recipe explained, and what an agreement is worth for every network of
/// the gallery.</summary>
internal static class CookbookPage
{
    private const string Beginning =
        """
        # The cookbook

        Networks that people differentiate by hand, each with its backward pass as one would want to read it, other ways of writing it, and
        the mistakes that people make in it. All of it is code of the gallery (`src/GradOracle.Gallery/Cookbook`): every derivation is checked
        against TorchSharp autograd, and every mistake is caught. This page is made from it: `gradoracle explain --page > src/docs/cookbook.md`.

        ∂ is the gradient of the loss, G = ∂L/∂Ŷ, ∘ the product entry by entry, σ the logistic function. Examples are columns unless it is said
        otherwise; what stands in [ ] behind a line is its size.

        """;

    private const string Table =
        """
        ## What an agreement is worth

        How far a gradient may be from autograd's in float64, beside its largest entry: of a case the widest of its gradients, of 15 real cases
        at default sizes the median, rounded up to a power of ten. *Told* is the bound that a check tells, by the theorem where that is below 1e-6
        and by the estimate where it is not. *Seen* is from where on a wrong term is seen: a difference within the theorem's bound that is more than
        four times the estimate must shrink with the unit roundoff, and a wrong term does not ([tolerance](tolerance.md)).

        | network | told | seen |
        |---|--:|--:|
        """;

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output)
    {
        output.WriteLine(Beginning);
        foreach (var (title, recipes) in Cookbook.Chapters.Where(c => c.Recipes.Count > 0))
        {
            var links = recipes.Select(r => $"[{r.Network.Name}](#{r.Network.Name})");
            output.WriteLine($"* {title}: {string.Join(", ", links)}");
        }

        foreach (var recipe in Cookbook.All)
        {
            output.WriteLine();
            output.WriteLine($"## {recipe.Network.Name}");
            output.WriteLine();
            output.WriteLine("```text");
            Explanation.WriteBody(output, recipe.Network);
            output.WriteLine("```");
        }

        output.WriteLine();
        output.WriteLine(Table);
        var networks = Catalog.Networks.All;
        var bounds = new MedianBound[networks.Count];
        Parallel.For(
            0,
            bounds.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            i => bounds[i] = MedianBound.Of(networks[i]));
        foreach (var (network, bound) in networks.Zip(bounds))
        {
            output.WriteLine($"| {network.Name} | {PowerOfTen(bound.Told)} | {PowerOfTen(bound.Seen)} |");
        }
    }

    // The digits of a bound depend on the machine; its power hardly does.
    private static string PowerOfTen(double bound) =>
        bound == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"1e{Math.Ceiling(Math.Log10(bound)):0}");
}
