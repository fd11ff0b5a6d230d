using System.CommandLine;
using GradOracle.Cases;
using GradOracle.Diagnoses;
using GradOracle.Gallery;
using GradOracle.Graphs;
using GradOracle.Messages;
using GradOracle.Oracles;

namespace GradOracle.Cli;

/// <summary><c>gradoracle list</c>: everything that has a name, or one network with its formulas.</summary>
internal static class ListCommand
{
    // All different, and enough steps that a sequence has a first, a middle and a last one.
    private static readonly int[] s_sizes = [3, 2, 4, 5, 6];

    public static Command Create(TextWriter output)
    {
        var network = new Argument<string?>("NETWORK") { Description = "One network: its forward, its gradients and its derivations.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "Names the networks, derivations, losses and oracles, with a line of mathematics each; or one network in full.") { network };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(network) is { } name)
            {
                Describe(Catalog.Networks.Find(name));
                return 0;
            }

            Section("Networks", Catalog.Networks.All.Select(n => (n.Name, n.Summary)));
            Section("Derivations", Catalog.Derivations.All.Where(d => d is not IMistake).Select(d => (d.Name, d.Summary)));
            Section("Losses", Loss.All.Select(l => (l.Name, l.Summary)));
            Section("Oracles", Oracle.All.All.Select(o => (o.Name, o.Summary)));
            Section("Mistakes: derivations wrong on purpose", Catalog.Derivations.All.Where(d => d is IMistake).Select(m => (m.Name, ((IMistake)m).WrongLine)));
            return 0;
        });
        return command;

        void Describe(Network found)
        {
            var shape = new Shape(found.Dimensions.Select((d, i) => (d, i < s_sizes.Length ? s_sizes[i] : i + 2)));
            var batch = CaseGenerator.Generate(new CaseId(found, Loss.All[0], shape, CaseKind.Real, ElementType.Float64, 1));
            var pass = new BackwardPass(batch);
            output.WriteLine(PlainText.Line($"{found.Name}: {found.Summary}"));
            Section($"Tensors at {shape}", batch.Scenario.Tensors.Select(t => (t.Name, $"{t.Sizes}  {t.Role.ToString().ToLowerInvariant()}")));
            Section("Forward", pass.Network.Nodes.Where(n => n.Name is not null && n.Operands.Count > 0).Select(n => (n.Name!, $"= {Formula.Line(n)}")));
            Section("Adjoints", pass.NamedNodes.Where(n => n != batch.Scenario.Output).Select(n => ($"∂L/∂{n.Name}", $"= {Formula.Line(pass.AdjointOf(n).Operands[0])}")));
            Section("Gradients", batch.Scenario.Differentiated.Select(t => ($"∂L/∂{t.Name}", $"= {string.Join(" + ", ChainTerm.Of(pass, t.Name).Select(term => term.Text))}")));
            Section("Derivations", Catalog.Derivations.All.Where(d => d.Network.Name == found.Name && d is not IMistake).Select(d => (d.Name, d.Summary)));
        }

        void Section(string title, IEnumerable<(string Name, string Summary)> entries)
        {
            output.WriteLine(title);
            foreach (var (name, summary) in entries)
            {
                output.WriteLine(PlainText.Line($"  {name,-26} {summary}"));
            }
        }
    }
}
