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

    private const int NameWidth = 26;
    private const int LineWidth = 120;

    public static Command Create(TextWriter output)
    {
        var network = new Argument<string?>("NETWORK") { Description = "One network: its forward, its gradients and its derivations; or one of networks, derivations, losses, oracles, mistakes.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Every network, derivation and mistake on a line of its own." };
        var assembly = Shown.Option();
        var command = new Command(
            "list", "Names the networks by family, the derivations, losses and oracles, with a line of mathematics each; or one network in full.")
        {
            network, all, assembly,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(assembly) is { } file)
            {
                Show(file, parsed.GetValue(network));
                return 0;
            }

            switch (parsed.GetValue(network), parsed.GetValue(all))
            {
                case ({ } kind, false) when Kinds().TryGetValue(kind, out var entries):
                    Section(entries.Title, entries.All);
                    break;
                case ({ } name, false):
                    Describe(Catalog.Networks.Find(name), [.. Catalog.Derivations.All.Where(d => d is not Mistake)]);
                    break;
                case (null, false):
                    Families();
                    break;
                case (null, true):
                    Everything();
                    break;
                default:
                    throw new BadInputException("--all names everything, and a network was named as well: leave one of them out.");
            }

            return 0;
        });
        return command;

        void Families()
        {
            var (derivations, mistakes) = (Derivations(_ => true).ToList(), Mistakes().ToList());
            Section("Networks, and what may be added to their names", Catalog.Families);
            Recipes();
            Section("Derivations", [
                ("NETWORK", "by hand, readable: every network has one"),
                ("NETWORK-batch", "by hand over a whole batch, in spans: shared-weight and every elman"),
                .. derivations.Where(d => d.Name.StartsWith("answer-", StringComparison.Ordinal)),
            ]);
            Section(Kinds()["losses"].Title, Kinds()["losses"].All);
            Section(Kinds()["oracles"].Title, Kinds()["oracles"].All);
            output.WriteLine(FormattableString.Invariant(
                $"gradoracle list --all names all {Catalog.Networks.All.Count} networks, {derivations.Count} derivations and {mistakes.Count} mistakes; gradoracle list NETWORK shows one."));
        }

        void Recipes()
        {
            output.WriteLine("Recipes, each a network with its derivation and its classic mistakes");
            var line = " ";
            foreach (var name in Cookbook.All.Select(r => r.Network.Name))
            {
                if (line.Length + 1 + name.Length > LineWidth)
                {
                    output.WriteLine(line);
                    line = " ";
                }

                line += $" {name}";
            }

            output.WriteLine(line);
        }

        void Everything()
        {
            foreach (var (title, all) in Kinds().Values)
            {
                Section(title, all);
            }
        }

        static Dictionary<string, (string Title, IEnumerable<(string Name, string Summary)> All)> Kinds() => new()
        {
            ["networks"] = ("Networks", Catalog.Networks.All.Select(n => (n.Name, n.Summary))),
            ["derivations"] = ("Derivations", Derivations(_ => true)),
            ["losses"] = ("Losses", Loss.All.Concat(Loss.OfTargets).Select(l => (l.Name, l.Summary))),
            ["oracles"] = ("Oracles", Oracle.All.All.Select(o => (o.Name, o.Summary))),
            ["mistakes"] = ("Mistakes: derivations wrong on purpose", Mistakes()),
        };

        void Show(string file, string? name)
        {
            var shown = Shown.Of(file);
            if (name is not null)
            {
                Describe(shown.Networks.Find(name), shown.Derivations.All);
                return;
            }

            Section("Networks", shown.Networks.All.Select(n => (n.Name, n.Summary)));
            Section("Derivations", shown.Derivations.All.Select(d => (d.Name, $"of {d.Network.Name}: {d.Summary}")));
            foreach (var failure in shown.Failures)
            {
                output.WriteLine(PlainText.Line($"Left out: {failure}."));
            }
        }

        void Describe(Network found, IReadOnlyList<Derivation> derivations)
        {
            var shape = new Shape(found.Dimensions.Select((d, i) => (d, i < s_sizes.Length ? s_sizes[i] : i + 2)));
            var batch = CaseGenerator.Generate(new CaseId(found, Loss.All[0], shape, CaseKind.Real, ElementType.Float64, 1));
            var pass = new BackwardPass(batch);
            output.WriteLine(PlainText.Line($"{found.Name}: {found.Summary}"));
            Section($"Tensors at {shape}", batch.Scenario.Tensors.Select(t => (t.Name, $"{t.Sizes}  {t.Role.ToString().ToLowerInvariant()}")));
            Section("Forward", pass.Network.Nodes.Where(n => n.Name is not null && n.Operands.Count > 0).Select(n => (n.Name!, $"= {Formula.Line(n)}")));
            Section("Adjoints", pass.NamedNodes.Where(n => n != batch.Scenario.Output).Select(n => ($"∂L/∂{n.Name}", $"= {Formula.Line(pass.AdjointOf(n).Operands[0])}")));
            Section("Gradients", batch.Scenario.Differentiated.Select(t => ($"∂L/∂{t.Name}", $"= {string.Join(" + ", ChainTerm.Of(pass, t.Name).Select(term => term.Text))}")));
            Section("Derivations", derivations.Where(d => d.Network.Name == found.Name).Select(d => (d.Name, d.Summary)));
        }

        static IEnumerable<(string Name, string Summary)> Derivations(Func<Derivation, bool> isAsked) =>
            Catalog.Derivations.All.Where(d => d is not Mistake && isAsked(d)).Select(d => (d.Name, d.Summary));

        static IEnumerable<(string Name, string Summary)> Mistakes() =>
            Catalog.Derivations.All.OfType<Mistake>().Select(m => (m.Name, m.WrongLine));

        void Section(string title, IEnumerable<(string Name, string Summary)> entries)
        {
            output.WriteLine(title);
            foreach (var (name, summary) in entries)
            {
                // A long name has a line of its own: what it is stands in the column of the others.
                output.WriteLine(PlainText.Line(name.Length < NameWidth ? $"  {name.PadRight(NameWidth)} {summary}" : $"  {name}"));
                if (name.Length >= NameWidth)
                {
                    output.WriteLine(PlainText.Line($"  {"".PadRight(NameWidth)} {summary}"));
                }
            }
        }
    }
}
