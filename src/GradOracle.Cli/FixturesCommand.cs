using System.CommandLine;
using GradOracle.Fixtures;
using GradOracle.Gallery;
using GradOracle.Messages;
using GradOracle.Reports;
using GradOracle.Verdicts;

namespace GradOracle.Cli;

/// <summary><c>gradoracle fixtures</c>: the approved gradients.</summary>
internal static class FixturesCommand
{
    private const int WidestName = 62;

    /// <summary>The command, holding the derivations of the gallery against the fixtures unless told of others.</summary>
    public static Command Create(TextWriter output, Func<Network, Derivation>? derivationOf = null)
    {
        derivationOf ??= Catalog.DefaultDerivation;
        return new(
            "fixtures",
            "Lists, verifies and regenerates the approved gradients of the networks that come with it; "
            + "your own are held by your tests.")
        {
            List(output), Verify(output, derivationOf), Regenerate(output, derivationOf),
        };
    }

    private static Option<string> Folder() => new("--folder") { Description = "The folder of fixtures.", HelpName = "DIR", DefaultValueFactory = _ => "fixtures" };

    private static Option<string> Filter() => new("--filter") { Description = "Only cases whose name contains this text.", HelpName = "TEXT", DefaultValueFactory = _ => "" };

    // Somebody's own fixtures would be a hundred missing ones and some orphans, which --prune removes.
    private static FixtureStore OfTheCatalogue(string folder)
    {
        var store = new FixtureStore(folder);
        return FixtureCatalog.Cases.Any(store.Has) || store.Orphans(FixtureCatalog.Cases).Count == 0
            ? store
            : throw new BadInputException(
                $"Folder {folder} has fixtures, and none of the networks that come with this command: "
                + "your own are held by your tests, GradientAssert.Approved.");
    }

    private static Command List(TextWriter output)
    {
        var filter = Filter();
        var command = new Command("list", "Names the cases of the catalogue, a line each.") { filter };
        command.SetAction(parsed =>
        {
            foreach (var name in Chosen(parsed.GetValue(filter)!))
            {
                output.WriteLine(name);
            }

            return 0;
        });
        return command;
    }

    private static Command Verify(TextWriter output, Func<Network, Derivation> derivationOf)
    {
        var (folder, filter) = (Folder(), Filter());
        var command = new Command(
            "verify",
            "Holds the derivations and autograd against every fixture, without a test runner.") { folder, filter };
        command.SetAction(parsed =>
        {
            var store = OfTheCatalogue(parsed.GetValue(folder)!);
            var chosen = Chosen(parsed.GetValue(filter)!);
            var failing = 0;
            foreach (var name in chosen)
            {
                var (fixture, derivation) = (store.Read(name), derivationOf(name.Network));
                var failures = FixtureCheck.Failures(fixture, derivation);
                failing += failures.Count > 0 ? 1 : 0;
                output.Write(
                    FixtureReport.Text(FixtureReport.Of(FixtureCheck.LookInto(failures), CommandReplay.Instance)));
            }

            var orphans = parsed.GetValue(filter)!.Length == 0 ? store.Orphans(FixtureCatalog.Cases) : [];
            foreach (var orphan in orphans)
            {
                output.WriteLine($"✗ {PlainText.Line(orphan)} belongs to no case of the catalogue: add the case, or remove the file with gradoracle fixtures regenerate --prune");
            }

            output.WriteLine(
                FormattableString.Invariant(
                    $"{chosen.Count - failing} of {chosen.Count} fixtures hold, {orphans.Count} orphans."));
            return failing + orphans.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static Command Regenerate(TextWriter output, Func<Network, Derivation> derivationOf)
    {
        var (folder, filter) = (Folder(), Filter());
        var check = new Option<bool>("--check") { Description = "Writes nothing; fails if anything would change." };
        var prune =
            new Option<bool>("--prune") { Description = "Removes fixtures that the catalogue no longer names." };
        var command = new Command("regenerate", "Computes the fixtures anew; refuses whatever the derivation and autograd disagree on.") { folder, filter, check, prune };
        command.SetAction(parsed =>
        {
            var store = OfTheCatalogue(parsed.GetValue(folder)!);
            var onlyCheck = parsed.GetValue(check);
            var chosen = Chosen(parsed.GetValue(filter)!);

            // All are computed, and so accepted or refused, before the first is written.
            var computed = chosen.Select(name => Compute(name, derivationOf(name.Network))).ToList();
            var changed = 0;
            foreach (var fixture in computed)
            {
                var change = store.Compare(fixture);
                if (change.What is null)
                {
                    continue;
                }

                changed++;
                output.WriteLine($" {change.File,-WidestName} | {PlainText.Line(change.What)}");
                foreach (var tensor in change.Tensors)
                {
                    output.WriteLine(
                        FormattableString.Invariant(
                            $"   {tensor.Name} {tensor.Sizes}: {tensor.Differing} entries, {Largest(tensor)}"));
                }

                if (!onlyCheck)
                {
                    store.Write(fixture);
                }
            }

            var orphans = parsed.GetValue(filter)!.Length == 0 ? store.Orphans(FixtureCatalog.Cases) : [];
            foreach (var orphan in orphans)
            {
                var removed = parsed.GetValue(prune) && !onlyCheck;
                output.WriteLine($" {PlainText.Line(orphan),-WidestName} | {(removed ? "removed" : "orphan: the catalogue does not name it, --prune removes it")}");
                if (removed)
                {
                    store.Delete(orphan);
                }
            }

            output.WriteLine(FormattableString.Invariant($" {computed.Count} fixtures, {changed} {(onlyCheck ? "would change" : "changed")}, {orphans.Count} orphans"));
            return onlyCheck && changed + orphans.Count > 0 ? 1 : 0;
        });
        return command;
    }

    /// <summary>The fixture of a case.</summary>
    /// <exception cref="BadInputException">The derivation and autograd do not agree on it: nothing may be
    /// approved.</exception>
    internal static GradientFixture Compute(CaseId name, Derivation derivation)
    {
        var (fixture, comparison) = FixtureStore.Compute(name, derivation);
        return comparison.Verdict == Verdict.Agrees
            ? fixture
            : throw new BadInputException(
                $"Nothing was approved: {PlainText.Quote(derivation.Name)} and autograd do not agree on this case.\n"
                + CaseText.Of(CaseReport.Of(derivation, comparison, CommandReplay.Instance)));
    }

    private static string Largest(TensorComparison tensor) => tensor.Worst is { } worst
        ? $"most at {tensor.WorstPlace}: {NumberFormat.Full(worst.Expected)} → {NumberFormat.Full(worst.Actual)}"
        : tensor.Reason ?? "";

    private static List<CaseId> Chosen(string filter)
    {
        var chosen = FixtureCatalog.Cases.Where(c => c.ToString().Contains(filter, StringComparison.Ordinal)).ToList();
        return chosen.Count > 0
            ? chosen
            : throw new BadInputException(
                $"No case of the catalogue contains \"{filter}\": see gradoracle fixtures list.");
    }
}
