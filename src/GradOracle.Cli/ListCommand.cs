using System.CommandLine;
using GradOracle.Gallery;
using GradOracle.Messages;
using GradOracle.Oracles;

namespace GradOracle.Cli;

/// <summary><c>gradoracle list</c>: everything that has a name, or one network with its formulas.</summary>
internal static class ListCommand
{
    public static Command Create(TextWriter output)
    {
        var network = new Argument<string?>("NETWORK") { Description = "One network: its forward, its gradients and its derivations; or one of networks, derivations, losses, oracles, mistakes.", Arity = ArgumentArity.ZeroOrOne };
        var all =
            new Option<bool>("--all") { Description = "Every network, derivation and mistake on a line of its own." };
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
                case ({ } name, false) when Catalog.Networks.All.All(n => n.Name != name)
                    && Nearest.To(name, Kinds().Keys, 65) is { } kind:
                    throw new BadInputException($"There is no network \"{name}\": did you mean \"{kind}\"?");
                case ({ } name, false):
                    Describe(Catalog.Networks.Find(name), Catalog.Derivations.All.Where(d => !IsMistake(d)));
                    break;
                case (null, false):
                    Families();
                    break;
                case (null, true):
                    Everything();
                    break;
                default:
                    throw new BadInputException(
                        "--all names everything, and a network was named as well: leave one of them out.");
            }

            return 0;
        });
        return command;

        void Families()
        {
            var (derivations, mistakes) = (Derivations().ToList(), Mistakes().ToList());
            Section("Networks, and what may be added to their names", Catalog.Families);
            output.WriteLine("Networks of the cookbook: gradoracle explain NAME");
            foreach (var (title, recipes) in Cookbook.Chapters.Where(c => c.Recipes.Count > 0))
            {
                Sections.WriteWrapped(output, title, string.Join(", ", recipes.Select(r => r.Network.Name)));
            }

            Section("Derivations", [
                ("NETWORK", "by hand, readable: every network has one"),
                ("NETWORK-batch", "by hand over a whole batch, in spans: shared-weight and every elman"),
                ("answer-N[-corrected]", "the three answers to the question, and each mended: gradoracle explain"),
            ]);
            Section(Kinds()["losses"].Title, Kinds()["losses"].All);
            Section(Kinds()["oracles"].Title, Kinds()["oracles"].All);
            output.WriteLine(FormattableString.Invariant(
                $"gradoracle list --all names all {Catalog.Networks.All.Count} networks, {derivations.Count} derivations and {mistakes.Count} mistakes; gradoracle list NETWORK shows one."));
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
            ["derivations"] = ("Derivations", Derivations()),
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

        void Describe(Network found, IEnumerable<Derivation> derivations)
        {
            output.WriteLine(PlainText.Line($"{found.Name}: {found.Summary}"));
            NetworkText.Write(output, found);
            Section(
                "Derivations", derivations.Where(d => d.Network.Name == found.Name).Select(d => (d.Name, d.Summary)));
        }

        static bool IsMistake(Derivation derivation) => Catalog.Mistakes.Any(m => m.Derivation == derivation);

        static IEnumerable<(string Name, string Summary)> Derivations() =>
            Catalog.Derivations.All.Where(d => !IsMistake(d)).Select(d => (d.Name, d.Summary));

        static IEnumerable<(string Name, string Summary)> Mistakes() =>
            Catalog.Mistakes.Select(m => (m.Derivation.Name, m.Line));

        void Section(string title, IEnumerable<(string Name, string Summary)> entries) =>
            Sections.Write(output, title, entries);
    }
}
